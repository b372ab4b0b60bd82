-- Records which products Locally has after this feed. $1 its day. Only changes are written.
with new as (
  insert into _locally_feed_products (locally_id, upc)
  select locally_id, upc from locally_noted where change = 'new'
), over as (
  delete from _locally_feed_products as listed
  using locally_noted as changed
  where changed.change = 'over'
    and changed.locally_id = listed.locally_id
    and changed.upc = listed.upc
)
update _locally_feed_products as listed
   set removed_since = case when changed.change = 'removed' then $1::date end
  from locally_noted as changed
 where changed.change in ('removed', 'back')
   and changed.locally_id = listed.locally_id
   and changed.upc = listed.upc
