-- Everything that a person should know of the items in the stores of the feed. units: pieces at stake, negative
-- stock counted as none. location_number where it matters in which store.
create temporary table locally_findings on commit drop as
with pieces as not materialized (
  select stock.item_id, stock.location_id, stores.location_number, stock.:"quantity" as qty
  from locally_stores as stores
  join inventory_values as stock on stock.location_id = stores.location_id and stock._deleted_at is null
), held as (
  select item_id, sum(greatest(qty, 0)) as units from pieces group by item_id
), sent as (
  select locally_items.*, held.units from locally_items join held using (item_id)
), shared as (
  select upc, count(distinct coalesce(price, -1)) > 1 as prices_differ
  from sent where upc is not null group by upc having count(*) > 1
)
select 'upc_' || refusal as kind, item_id, null::text as location_number, units, null::text as found
from sent where refusal is not null
union all
select 'upc_mended_' || mend, item_id, null, units, null from sent where mend is not null
union all
select 'no_price', item_id, null, units, null from sent where upc is not null and price is null
union all
select case when prices_differ then 'upc_shared_prices_differ' else 'upc_shared' end, item_id, null, units, upc
from sent join shared using (upc)
union all
select 'filtered', held.item_id, null, held.units, null
from held join items on items.id = held.item_id and items._deleted_at is null
where not exists (select from locally_items where locally_items.item_id = held.item_id)
union all
select 'item_unknown', held.item_id, null, held.units, null
from held where not exists (select from items where items.id = held.item_id and items._deleted_at is null)
union all
select case when qty is null then 'no_quantity' when qty < 0 then 'negative_stock' else 'fractional_stock' end,
       pieces.item_id, pieces.location_number, greatest(pieces.qty, 0), pieces.qty::text
from pieces join sent using (item_id)
where sent.upc is not null and (qty is null or qty < 0 or qty <> floor(qty))
