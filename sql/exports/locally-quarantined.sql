-- $1 location ids of the feed. Rows that could not go into their table and are still bad: what they are about is as it was
-- before, or not there. Each with the item and the location that it names, as far as it does.
select bad.stream, bad.reason, locations.public_id as location_number, items.public_id as item_number, items.description
from (
  select distinct on (stream, slice, coalesce(nullif(row_key, ''), quarantine_id::text))
         stream, slice, row_key, reason
  from _quarantine
  where resolved_at is null
    and (stream in ('items', 'locations') or stream = 'inventory_values' and slice = any($1::text[]))
  order by stream, slice, coalesce(nullif(row_key, ''), quarantine_id::text), quarantine_id desc
) as bad
left join locations
  on locations.id::text = case bad.stream when 'locations' then bad.row_key when 'inventory_values' then bad.slice end
left join items
  on items.id::text = case bad.stream when 'items' then bad.row_key
                                      when 'inventory_values' then split_part(bad.row_key, '|', 2) end
order by bad.stream, location_number, item_number, bad.reason
