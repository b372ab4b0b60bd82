-- $1 key of the custom field that holds the UPC; null where the item number is the UPC. Products that this feed would
-- send as gone for the first time and that no item is known to have had: where items or their stock could not be read, the
-- product may be among those.
select count(*)::int as products, min(gone.upc) as upc
from (select distinct upc from locally_noted where change = 'gone') as gone
where not exists (
  select from items
  where ltrim(regexp_replace(case when $1::text is null then public_id else custom ->> $1::text end, '\D', '', 'g'), '0')
        in (ltrim(gone.upc, '0'), ltrim(left(gone.upc, -1), '0'))
)
