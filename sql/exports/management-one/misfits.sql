-- Items whose figures fit no class, and what is at stake with each at each exported location.
-- $1 location numbers in Heartland that are exported, $2 class codes that are in order
with misfit as (
  select location, item, code,
         coalesce(sum(begin_units), 0) as begin_units,
         coalesce(sum(end_units), 0) as end_units,
         coalesce(sum(end_cost), 0) as end_cost,
         coalesce(sum(end_retail), 0) as end_retail,
         coalesce(sum(received_units), 0) as received_units,
         coalesce(sum(received_cost), 0) as received_cost,
         coalesce(sum(sold_units), 0) as sold_units,
         coalesce(sum(sold_retail), 0) as net_sales,
         coalesce(sum(on_order_units), 0) as on_order_units,
         coalesce(sum(on_order_cost), 0) as on_order_cost
  from _month_details
  where location = any($1::text[]) and code <> all($2::text[])
    -- Sales and returns of an item may leave nothing.
    and 0 <> any (array[
      begin_units, begin_cost, begin_retail, received_units, received_cost, received_retail,
      returned_units, returned_cost, returned_retail, transfer_units, transfer_cost, transfer_retail,
      adjusted_units, adjusted_cost, adjusted_retail, sold_units, sold_cost, sold_retail,
      markdowns_retail, end_units, end_cost, end_retail, on_order_units, on_order_cost,
      on_order_retail
    ])
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
