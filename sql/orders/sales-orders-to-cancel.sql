-- One row a sales order that we created, whose Locally order ended, and that was neither canceled
-- nor closed in Heartland at the last sync. $1 oldest order that still counts.
select made.order_id, made.sales_order_id::text as sales_order_id, made.problem
from locally_sales_orders as made
join locally_orders as orders on orders.order_id = made.order_id
where made.sales_order_id is not null
  and made.canceled_at is null
  and orders.placed_at >= $1
  and not exists (select from locally_order_lines as line
                  where line.order_id = made.order_id and line.phase <> 'ended')
  and not exists (select from sales_orders as sold
                  where sold.id = made.sales_order_id
                    and sold.status in ('canceled', 'cancelled', 'closed'))
order by made.order_id
