-- One row a store and UPC. Items that share a UPC are one product: their quantities are summed
-- before rounding, so that a unit sold under one item and received under the other is counted once;
-- the highest of their safety stocks counts. The price is the lowest of the active items in stock;
-- where there are none, of the active ones, then of all. qty is less the safety stock and less the
-- units of open Locally orders; it may be negative or a fraction (the file has neither).
-- hidden: the units in stock, where the safety stock leaves none to be sent.
-- The first part is the same for products with one row of stock, without grouping: a third of the
-- time.
create temporary view locally_stock as
select locally_id, upc, price,
       case when safety is null then qty else coalesce(qty, 0) - safety end as qty,
       case when safety is not null and qty >= 1 and qty - safety < 1 then qty end as hidden
from (
  select locally_id, upc, price, qty, coalesce(item_safety, store_safety) as safety
  from locally_units
  where is_alone
) as single_rows
union all
select summed.locally_id, summed.upc, summed.price,
       summed.qty - summed.safety - coalesce(promised.qty, 0),
       case when summed.qty >= 1 and summed.qty - summed.safety < 1 then summed.qty end
from (
  select locally_id, upc,
         sum(coalesce(qty, 0)) as qty,
         coalesce(max(item_safety), max(store_safety), 0) as safety,
         coalesce(
           min(price) filter (where active and qty > 0),
           min(price) filter (where active),
           min(price)
         ) as price
  from locally_units
  where not is_alone
  group by locally_id, upc
) as summed
left join locally_promised as promised
  on promised.locally_id = summed.locally_id and promised.upc = summed.upc
