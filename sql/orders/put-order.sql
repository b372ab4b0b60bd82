-- $1 order, $2 store or null, $3 when it was placed, $4 until when to answer, $5 cart or null. What is known stays known.
insert into locally_orders as kept (order_id, locally_id, placed_at, respond_by, cart)
values ($1, $2, $3, $4, $5::jsonb)
on conflict (order_id) do update
   set locally_id = coalesce(excluded.locally_id, kept.locally_id),
       placed_at  = least(excluded.placed_at, kept.placed_at),
       respond_by = least(excluded.respond_by, kept.respond_by),
       cart       = coalesce(excluded.cart, kept.cart)
