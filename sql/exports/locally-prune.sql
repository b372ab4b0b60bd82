-- $1 when. Forgets the bytes of feeds made before it; what they were, and where they went, stays. Of each store the last
-- two feeds that were delivered stay whole: the next one is compared with them.
with delivered as (
  select export_id, row_number() over (partition by store ->> 'locallyId' order by export_id desc) as place
  from _exports, jsonb_array_elements(totals -> 'stores') as store
  where kind = 'locally' and status = 'delivered'
)
delete from _export_chunks as chunks
using _exports as old
where old.export_id = chunks.export_id
  and old.kind = 'locally'
  and old.made_at < $1::timestamptz
  and old.export_id not in (select export_id from delivered where place <= 2)
