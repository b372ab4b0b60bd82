-- Items whose figures fit no class, and what is at stake with each at each exported location.
-- $1 location numbers in Heartland that are exported, $2 class codes that are in order
with misfit as (
  select * from _month_at_stake where location = any($1::text[]) and code <> all($2::text[])
),
named as (
  select distinct on (public_id) public_id as item, description
  from items
  where public_id in (select item from misfit)
  order by public_id, (_deleted_at is null) desc, id desc
)
select misfit.*, named.description
from misfit
left join named using (item)
order by code collate "C", item collate "C",
         case when location ~ '^[0-9]+$' then location::numeric end nulls last, location collate "C"
