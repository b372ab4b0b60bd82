-- Products in stock that were sent as 0, because the rest is safety stock.
insert into locally_findings (kind, item_id, location_number, units, found)
select 'safety_stock', sent.item_id, stores.location_number, hidden.hidden, hidden.hidden::text
from locally_noted as hidden
join locally_stores as stores on stores.locally_id = hidden.locally_id
join locally_items as sent on sent.upc = hidden.upc
join inventory_values as stock
  on stock.location_id = stores.location_id
 and stock.item_id = sent.item_id
 and stock._deleted_at is null
where hidden.hidden is not null
