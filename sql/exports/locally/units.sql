-- One row an item and location: the stock of the feed.
create temporary view locally_units as
select stores.locally_id, sent.upc, stock.:"quantity" as qty, sent.rounded as price,
       sent.active, sent.is_alone, sent.safety as item_safety, stores.safety as store_safety
from locally_stores as stores
join inventory_values as stock
  on stock.location_id = stores.location_id and stock._deleted_at is null
join locally_items as sent on sent.item_id = stock.item_id and sent.upc is not null
