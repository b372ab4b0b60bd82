-- One row a store and UPC. Items that share a UPC are one product: their quantities are summed before anything is
-- rounded, so that a piece sold under one number and received under the other is counted once; of their safety stocks
-- the highest counts. The price is the lowest of the active items that are there to be bought; where none is, the
-- lowest of the active ones, then of any. qty is less the safety stock and less what is promised to Locally orders; it
-- may be negative or a fraction, what is sent is whole and not negative.
create temporary view locally_stock as
select there.locally_id, there.upc, there.qty_there,
       there.qty_there - there.safety - coalesce(promised.qty, 0) as qty,
       there.price
from (
  select stores.locally_id,
         sent.upc,
         sum(coalesce(stock.:"quantity", 0)) as qty_there,
         coalesce(max(sent.safety), max(stores.safety)) as safety,
         coalesce(
           min(sent.price) filter (where sent.active and stock.:"quantity" > 0),
           min(sent.price) filter (where sent.active),
           min(sent.price)
         ) as price
  from locally_stores as stores
  join inventory_values as stock on stock.location_id = stores.location_id and stock._deleted_at is null
  join locally_items as sent on sent.item_id = stock.item_id and sent.upc is not null
  group by stores.locally_id, sent.upc
) as there
left join locally_promised as promised on promised.locally_id = there.locally_id and promised.upc = there.upc
