-- Items whose figures fit no class, and what is at stake with each at each exported location.
-- $1 location numbers in Heartland that are exported, $2 class codes that are in order
with misfit as (
  select location, item, code,
         coalesce(sum(units) filter (where figure = 'begin'), 0) as begin_units,
         coalesce(sum(units) filter (where figure = 'end'), 0) as end_units,
         coalesce(sum(cost) filter (where figure = 'end'), 0) as end_cost,
         coalesce(sum(retail) filter (where figure = 'end'), 0) as end_retail,
         coalesce(sum(units) filter (where figure = 'received'), 0) as received_units,
         coalesce(sum(cost) filter (where figure = 'received'), 0) as received_cost,
         coalesce(sum(units) filter (where figure = 'sold'), 0) as sold_units,
         coalesce(sum(retail) filter (where figure = 'sold'), 0) as net_sales,
         coalesce(sum(units) filter (where figure = 'on_order'), 0) as on_order_units,
         coalesce(sum(cost) filter (where figure = 'on_order'), 0) as on_order_cost
  from _month_facts
  where location = any($1::text[]) and code <> all($2::text[]) and figure not in ('handed_over', 'changed')
  group by location, item, code
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
