-- $1 oldest order that still counts. Sales orders that were made, or may have been, and of which nothing is wanted any
-- more, as far as they are not known to be canceled.
select sold.order_id, orders.locally_id, sold.claimed_at, sold.sales_order_id::text as sales_order_id, sold.made,
       sold.completed_at is not null as is_complete
from locally_sales_orders as sold
join locally_orders as orders on orders.order_id = sold.order_id
where sold.canceled_at is null
  and orders.placed_at >= $1
  and not exists (select from locally_order_lines as line where line.order_id = sold.order_id and line.phase <> 'ended')
order by sold.order_id
