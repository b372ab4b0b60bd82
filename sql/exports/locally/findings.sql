-- One row a finding: an item that was left out or changed, and a location where that matters.
-- $1 location ids of the feed. units: units in stock, negative stock counted as none.
create temporary table locally_findings on commit drop as
with sent as (
  select locally_items.*, stock.units
  from locally_items join locally_item_units as stock using (item_id)
), shared as (
  select upc, count(distinct coalesce(price, -1)) > 1 as prices_differ
  from sent where upc is not null group by upc having count(*) > 1
), odd as (
  select item_id, location_id, :"quantity" as qty
  from inventory_values
  where location_id = any($1::bigint[]) and _deleted_at is null
    -- scale(): most quantities have no decimals and need no arithmetic.
    and (:"quantity" is null or :"quantity" < 0
         or (scale(:"quantity") > 0 and :"quantity" <> floor(:"quantity")))
)
select 'upc_' || refusal as kind, item_id, null::text as location_number, units, null::text as found
from sent where refusal is not null
union all
select 'upc_fixed_' || fix, item_id, null, units, null from sent where fix is not null
union all
select 'no_price', item_id, null, units, null from sent where upc is not null and price is null
union all
select case when prices_differ then 'upc_shared_prices_differ' else 'upc_shared' end,
       item_id, null, units, upc
from sent join shared using (upc)
union all
select 'filtered', stock.item_id, null, stock.units, null
from locally_item_units as stock
join items on items.id = stock.item_id and items._deleted_at is null
where not exists (select from locally_items where locally_items.item_id = stock.item_id)
union all
select 'item_unknown', stock.item_id, null, stock.units, null
from locally_item_units as stock
where not exists (select from items where items.id = stock.item_id and items._deleted_at is null)
union all
select case when odd.qty is null then 'no_quantity'
            when odd.qty < 0 then 'negative_stock'
            else 'fractional_stock' end,
       odd.item_id, stores.location_number, greatest(odd.qty, 0), odd.qty::text
from odd
join locally_stores as stores using (location_id)
join locally_items as sent using (item_id)
where sent.upc is not null
