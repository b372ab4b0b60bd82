-- $1 feeds that are looked through: a store may be missing from the last ones. Of each store its last delivered feed, and
-- what it changed against the store's feed before. The lists of what was found stay where they are: they can be large.
with feeds as (
  select export_id, delivered_at, totals -> 'stores' as stores
  from _exports
  where kind = 'locally' and status = 'delivered'
  order by export_id desc
  limit $1
), told as (
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
from told
window store_by_store as (partition by locally_id order by export_id)
order by locally_id, told.export_id desc
