-- Products with units held back for open orders.
insert into locally_findings (kind, item_id, location_number, units, found)
select 'open_orders', min(sent.item_id), null, promised.qty, promised.upc
from locally_promised as promised
join locally_items as sent on sent.upc = promised.upc
group by promised.locally_id, promised.upc, promised.qty
