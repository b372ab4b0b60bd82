-- Grain: one row for each location and item of _month_details with any figure that is not zero
-- (sales and returns of an item may cancel each other).
create temporary view _month_at_stake as
select location, item, code,
       coalesce(begin_units, 0) as begin_units,
       coalesce(end_units, 0) as end_units,
       coalesce(end_cost, 0) as end_cost,
       coalesce(end_retail, 0) as end_retail,
       coalesce(received_units, 0) as received_units,
       coalesce(received_cost, 0) as received_cost,
       coalesce(sold_units, 0) as sold_units,
       coalesce(sold_retail, 0) as net_sales,
       coalesce(on_order_units, 0) as on_order_units,
       coalesce(on_order_cost, 0) as on_order_cost
from _month_details
where 0 <> any (array[
  begin_units, begin_cost, begin_retail, received_units, received_cost, received_retail,
  returned_units, returned_cost, returned_retail, transfer_units, transfer_cost, transfer_retail,
  adjusted_units, adjusted_cost, adjusted_retail, sold_units, sold_cost, sold_retail,
  markdowns_retail, end_units, end_cost, end_retail, on_order_units, on_order_cost,
  on_order_retail
])
