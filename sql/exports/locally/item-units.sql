-- One row an item: its units in the feed's stores. $1 location ids of the feed. By ids instead of
-- a join with locally_stores, because parallel workers cannot read a temporary table.
create temporary table locally_item_units on commit drop as
select item_id, sum(greatest(:"quantity", 0)) as units
from inventory_values
where location_id = any($1::bigint[]) and _deleted_at is null
group by item_id
