-- Counts products that this feed would send as removed for the first time and whose UPC no known item
-- has: they may be in a row that could not be read.
-- $1 key of the custom field that holds the UPC; null where the item number is the UPC.
with removed as (
  select distinct upc from locally_noted where change = 'removed'
), known as (
  select ltrim(
           regexp_replace(
             case when $1::text is null then public_id else custom ->> $1::text end, '\D', '', 'g'
           ), '0'
         ) as digits
  from items
)
select count(*)::int as products, min(removed.upc) as upc
from removed
where not exists (
  select from known
  where known.digits in (ltrim(removed.upc, '0'), ltrim(left(removed.upc, -1), '0'))
)
