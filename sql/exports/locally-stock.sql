-- One row a store and UPC. Items that share a UPC are one product: their quantities are summed before anything is
-- rounded, so that a piece sold under one number and received under the other is counted once; of their safety stocks
-- the highest counts. The price is the lowest of the active items that are there to be bought; where none is, the
-- lowest of the active ones, then of any. qty is less the safety stock and less what is promised to Locally orders; it
-- may be negative or a fraction, what is sent is whole and not negative.
-- Where there is but one row of stock the same comes out without grouping, which takes half of the time.
create temporary view locally_stock as
select there.locally_id, there.upc, there.qty_there,
       there.qty_there - there.safety as qty_kept,
       there.qty_there - there.safety - coalesce(promised.qty, 0) as qty,
       there.price
from (
  select locally_id, upc, coalesce(qty, 0) as qty_there, coalesce(item_safety, store_safety) as safety, price
  from locally_pieces
  where is_alone
  union all
  select locally_id, upc,
         sum(coalesce(qty, 0)),
         coalesce(max(item_safety), max(store_safety)),
         coalesce(
           min(price) filter (where active and qty > 0),
           min(price) filter (where active),
           min(price)
         )
  from locally_pieces
  where not is_alone
  group by locally_id, upc
) as there
left join locally_promised as promised on promised.locally_id = there.locally_id and promised.upc = there.upc
