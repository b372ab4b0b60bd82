-- $1 Locally store id, $2 the day of the feed. Only what changed is written.
with there as materialized (
  select upc from locally_stock where locally_id = $1
), gone as (
  update _locally_listed as listed
     set gone_since = $2::date
   where listed.locally_id = $1
     and listed.gone_since is null
     and not exists (select from there where there.upc = listed.upc)
)
insert into _locally_listed as listed (locally_id, upc)
select $1, upc from there
on conflict (locally_id, upc) do update set gone_since = null where listed.gone_since is not null
