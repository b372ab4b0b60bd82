-- Deletes the bytes of feeds made before $1; their totals and receipts stay. The bytes of each
-- store's last two delivered feeds stay too: the next feed is compared with them.
with delivered as (
  select export_id,
         row_number() over (partition by store ->> 'locallyId' order by export_id desc) as place
  from _exports, jsonb_array_elements(totals -> 'stores') as store
  where kind = 'locally' and status = 'delivered'
)
delete from _export_chunks as chunks
using _exports as old
where old.export_id = chunks.export_id
  and old.kind = 'locally'
  and old.made_at < $1::timestamptz
  and old.export_id not in (select export_id from delivered where place <= 2)
