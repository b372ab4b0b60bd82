-- The results of a run for child tables, such as lines of documents.
select stream, count(*)::int as slices, sum(seen)::int as seen, sum(inserted)::int as inserted, sum(updated)::int as updated,
       sum(deleted)::int as deleted, sum(quarantined)::int as quarantined
from _run_streams
where run_id = $1 and stream = any($2)
group by stream
