-- One row a store and UPC: units that Locally orders wait for and Heartland has not sold yet.
-- $1 oldest order that still counts; $2 when the stock was pulled: a later sale is not in it yet,
-- so it closes no order.
-- An order without a store holds units back in all. A sale of the product in the store since the
-- order was placed closes it, the oldest order first; a return or a voided ticket reopens it.
insert into locally_promised (locally_id, upc, qty)
with line as (
  select stores.locally_id, lines.upc, lines.qty, orders.placed_at, orders.order_id,
         coalesce(sum(lines.qty) over (
           partition by stores.locally_id, lines.upc order by orders.placed_at, orders.order_id
           rows between unbounded preceding and 1 preceding
         ), 0) as qty_before
  from locally_orders as orders
  join locally_order_lines as lines using (order_id)
  join (select distinct locally_id from locally_stores) as stores
    on stores.locally_id = coalesce(orders.locally_id, stores.locally_id)
  where lines.phase <> 'ended' and orders.placed_at >= $1
), waiting as (
  select line.locally_id, line.upc, line.qty, line.qty_before,
         coalesce((
           select sum(sale.qty)
           from locally_sales as sale
           where sale.locally_id = line.locally_id and sale.upc = line.upc
             and sale.completed_at >= line.placed_at and sale.completed_at < $2
         ), 0) as sold
  from line
)
select locally_id, upc, sum(qty - least(qty, greatest(sold - qty_before, 0)))
from waiting
group by locally_id, upc
having sum(qty - least(qty, greatest(sold - qty_before, 0))) > 0
