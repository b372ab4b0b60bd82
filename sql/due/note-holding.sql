-- Slices of a report that hold an item whose names or price in it changed; all that were pulled where one came back that was
-- gone, since nothing says where it was.
-- $1 columns that the report shows, $2 custom fields, $3 stream, $4 because of, $5 run
with shown as (
  select was ->> 'public_id' as number, comes_back
  from :"changed"
  where was is not null
    and (becomes is null or comes_back
         or exists (select from unnest($1::text[]) as name where was -> name is distinct from becomes -> name)
         or exists (select from unnest($2::text[]) as name
                    where was -> 'custom' -> name is distinct from becomes -> 'custom' -> name))
)
insert into _due_slices (stream, slice, because, run_id)
select $3::text, slice, $4::text, $5::bigint
from (select distinct held.:"slice"::text as slice
      from :"report" as held
      join shown on shown.number = held.item_number
      union
      select slice from _run_streams
      where stream = $3 and status = 'complete' and exists (select from shown where comes_back)) as due
on conflict do nothing
