-- $1 order, $2 UPC, $3 pieces or null, $4 price or null, $5 status, $6 phase, $7 event, $8 when it was received.
-- The phase that is further on wins, so that messages may come twice and in any order.
with before as (
  select phase from locally_order_lines where order_id = $1 and upc = $2
), put as (
  insert into locally_order_lines as kept (order_id, upc, qty, price, status, phase)
  values ($1, $2, coalesce($3::numeric, 1), $4::numeric, $5, $6)
  on conflict (order_id, upc) do update
     set qty    = coalesce($3::numeric, kept.qty),
         price  = coalesce(excluded.price, kept.price),
         status = case when array_position(array['ordered', 'confirmed', 'completed', 'ended'], excluded.phase)
                          >= array_position(array['ordered', 'confirmed', 'completed', 'ended'], kept.phase)
                       then excluded.status else kept.status end,
         phase  = case when array_position(array['ordered', 'confirmed', 'completed', 'ended'], excluded.phase)
                          >= array_position(array['ordered', 'confirmed', 'completed', 'ended'], kept.phase)
                       then excluded.phase else kept.phase end
  returning phase
)
insert into locally_order_history (order_id, upc, at, status, phase, event_id)
select $1, $2, $8, $5, $6, $7::bigint
from put
where not exists (select from before where before.phase = put.phase)
on conflict do nothing
