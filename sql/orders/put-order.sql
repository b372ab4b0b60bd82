-- $1 order, $2 store or null, $3 when it was placed, $4 deadline for an answer, $5 cart or null.
-- A null never replaces a known value.
insert into locally_orders as stored (order_id, locally_id, placed_at, respond_by, cart)
values ($1, $2, $3, $4, $5::jsonb)
on conflict (order_id) do update
   set locally_id = coalesce(excluded.locally_id, stored.locally_id),
       placed_at  = least(excluded.placed_at, stored.placed_at),
       respond_by = least(excluded.respond_by, stored.respond_by),
       cart       = coalesce(excluded.cart, stored.cart)
