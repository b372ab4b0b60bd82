-- The last delivered feed of each store, and its changes since the store's previous feed. Of the last $1 feeds, since a store
-- may be missing from the latest. Does not read the issue lists, which can be large.
with feeds as (
  select export_id, delivered_at, totals -> 'stores' as stores
  from _exports
  where kind = 'locally' and status = 'delivered'
  order by export_id desc
  limit $1
), delivered as (
  select export_id, delivered_at,
         store ->> 'locallyId' as locally_id,
         store ->> 'name' as name,
         store -> 'locationNumbers' as location_numbers,
         (store ->> 'rows')::integer as rows,
         (store ->> 'units')::numeric as units
  from feeds
  cross join jsonb_array_elements(feeds.stores) as store
)
select distinct on (locally_id)
       locally_id, export_id::text as export_id, delivered_at, name, location_numbers, rows, units::float8 as units,
       rows - lag(rows) over store_by_store as rows_change,
       (units - lag(units) over store_by_store)::float8 as units_change
from delivered
window store_by_store as (partition by locally_id order by export_id)
order by locally_id, delivered.export_id desc
