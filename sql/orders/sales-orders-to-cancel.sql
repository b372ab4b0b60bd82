-- $1 oldest order that still counts. Sales orders that we made, of which nothing is wanted any more, and which Heartland
-- did not hold as cancelled or closed when it was last read.
select made.order_id, made.sales_order_id::text as sales_order_id, made.problem
from locally_sales_orders as made
join locally_orders as orders on orders.order_id = made.order_id
where made.sales_order_id is not null
  and made.canceled_at is null
  and orders.placed_at >= $1
  and not exists (select from locally_order_lines as line where line.order_id = made.order_id and line.phase <> 'ended')
  and not exists (select from sales_orders as theirs
                  where theirs.id = made.sales_order_id and theirs.status in ('canceled', 'cancelled', 'closed'))
order by made.order_id
