-- One row a store and UPC. Items that share a UPC are one product: their quantities are summed before anything is
-- rounded, so that a piece sold under one number and received under the other is counted once; of their safety stocks
-- the highest counts. The price is the lowest of the active items that are there to be bought; where none is, the
-- lowest of the active ones, then of any. qty is less the safety stock and less what is promised to Locally orders; it
-- may be negative or a fraction, what is sent is whole and not negative. hidden: the pieces there, where the safety
-- stock leaves none to be sent.
-- Of a product that is one row of stock the same is told without grouping and, where nothing is held back, without
-- arithmetic, in a third of the time.
create temporary view locally_stock as
select locally_id, upc, price,
       case when safety is null then qty else coalesce(qty, 0) - safety end as qty,
       case when safety is not null and qty >= 1 and qty - safety < 1 then qty end as hidden
from (
  select locally_id, upc, price, qty, coalesce(item_safety, store_safety) as safety
  from locally_pieces
  where is_alone
) as alone
union all
select there.locally_id, there.upc, there.price,
       there.qty - there.safety - coalesce(promised.qty, 0),
       case when there.qty >= 1 and there.qty - there.safety < 1 then there.qty end
from (
  select locally_id, upc,
         sum(coalesce(qty, 0)) as qty,
         coalesce(max(item_safety), max(store_safety), 0) as safety,
         coalesce(
           min(price) filter (where active and qty > 0),
           min(price) filter (where active),
           min(price)
         ) as price
  from locally_pieces
  where not is_alone
  group by locally_id, upc
) as there
left join locally_promised as promised on promised.locally_id = there.locally_id and promised.upc = there.upc
