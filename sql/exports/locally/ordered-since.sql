-- UPCs ordered in store $1 since its feed was delivered ($2). Until the next feed Locally lowers
-- their quantity by itself.
select distinct line.upc
from locally_order_lines as line
join locally_orders as placed using (order_id)
where placed.placed_at >= $2 and coalesce(placed.locally_id, $1) = $1
