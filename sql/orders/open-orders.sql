-- One row a line of an order that has not ended, by deadline. $1 oldest order that still counts.
select orders.order_id, orders.locally_id, orders.placed_at, orders.respond_by,
       line.upc, line.qty::text as qty, line.status, line.phase
from locally_orders as orders
join locally_order_lines as line using (order_id)
where line.phase <> 'ended' and orders.placed_at >= $1
order by orders.respond_by, orders.order_id, line.upc
