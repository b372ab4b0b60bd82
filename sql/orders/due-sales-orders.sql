-- One row an order with confirmed lines and no complete sales order in Heartland.
-- $1 oldest order that still counts. Without orders whose cart is unknown: so are their quantities.
select orders.order_id, orders.locally_id, made.requested_at,
       made.sales_order_id::text as sales_order_id,
       jsonb_agg(
         jsonb_build_object('upc', lines.upc, 'qty', lines.qty::text) order by lines.upc
       ) as lines
from locally_orders as orders
join locally_order_lines as lines
  on lines.order_id = orders.order_id and lines.phase in ('confirmed', 'completed')
left join locally_sales_orders as made on made.order_id = orders.order_id
where orders.placed_at >= $1 and made.completed_at is null
  and not exists (select from _locally_events as message
                  where message.order_id = orders.order_id
                    and (message.processed_at is null or message.given_up_at is not null))
group by orders.order_id, orders.locally_id, orders.placed_at,
         made.requested_at, made.sales_order_id
order by orders.placed_at, orders.order_id
