-- One row a sales order that was created, or may have been, whose Locally order ended, and that is
-- not known to be canceled. $1 oldest order that still counts.
select sold.order_id, orders.locally_id, sold.requested_at,
       sold.sales_order_id::text as sales_order_id, sold.made,
       sold.completed_at is not null as is_complete
from locally_sales_orders as sold
join locally_orders as orders on orders.order_id = sold.order_id
where sold.canceled_at is null
  and orders.placed_at >= $1
  and not exists (select from locally_order_lines as line
                  where line.order_id = sold.order_id and line.phase <> 'ended')
order by sold.order_id
