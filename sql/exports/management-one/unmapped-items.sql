-- Grain: one row for each item without a valid class code at each exported location.
-- $1 exported location numbers in Heartland, $2 valid class codes
with unmapped as (
  select * from _month_at_stake where location = any($1::text[]) and code <> all($2::text[])
),
described as (
  select distinct on (public_id) public_id as item, description
  from items
  where public_id in (select item from unmapped)
  order by public_id, (_deleted_at is null) desc, id desc
)
select unmapped.*, described.description
from unmapped
left join described using (item)
order by code collate "C", item collate "C",
         case when location ~ '^[0-9]+$' then location::numeric end nulls last, location collate "C"
