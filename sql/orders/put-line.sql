-- $1 order, $2 UPC, $3 units or null, $4 price or null, $5 status, $6 phase, $7 message,
-- $8 when it was received.
-- The later phase wins, so that messages may arrive twice and in any order.
with place (phase, number) as (
  values ('ordered', 1), ('confirmed', 2), ('completed', 3), ('ended', 4)
), before as (
  select phase from locally_order_lines where order_id = $1 and upc = $2
), put as (
  insert into locally_order_lines as stored (order_id, upc, qty, price, status, phase)
  values ($1, $2, coalesce($3::numeric, 1), $4::numeric, $5, $6)
  on conflict (order_id, upc) do update
     set qty = coalesce($3::numeric, stored.qty),
         price = coalesce(excluded.price, stored.price),
         (status, phase) = (
           select case when new.number >= old.number then excluded.status else stored.status end,
                  case when new.number >= old.number then excluded.phase else stored.phase end
           from place as new, place as old
           where new.phase = excluded.phase and old.phase = stored.phase
         )
  returning phase
)
insert into locally_order_history (order_id, upc, at, status, phase, event_id)
select $1, $2, $8, $5, $6, $7::bigint
from put
where not exists (select from before where before.phase = put.phase)
on conflict do nothing
