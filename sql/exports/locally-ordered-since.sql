-- $1 store, $2 when its feed was delivered. Locally lowers by itself what is ordered there, until the next feed.
select distinct line.upc
from locally_order_lines as line
join locally_orders as placed using (order_id)
where placed.placed_at >= $2 and coalesce(placed.locally_id, $1) = $1
