-- One row an item that may have the UPC: its field may lack zeros or the check digit, or hold
-- dashes. Active ones and those with the most stock at the location first.
-- $1 key of the custom field that holds the UPC, or null; $2 the UPC's digits without leading
-- zeros; $3 location.
select items.id::text as item_id, written.upc
from items
cross join lateral (
  select case when $1::text is null then items.public_id else items.custom ->> $1::text end
) as written (upc)
left join inventory_values as stock
  on stock.item_id = items.id and stock.location_id = $3::bigint and stock._deleted_at is null
where items._deleted_at is null
  and ltrim(regexp_replace(written.upc, '[^0-9]', '', 'g'), '0') in ($2, left($2, -1))
order by coalesce(items.active, true) desc, stock.qty_available desc nulls last, items.id
