-- $1 location ids of the feed. What the feed's stores have of each item. Told by the ids alone, so that several
-- processors may share the work: they cannot read a temporary table.
create temporary table locally_held on commit drop as
select item_id, sum(greatest(:"quantity", 0)) as units
from inventory_values
where location_id = any($1::bigint[]) and _deleted_at is null
group by item_id
