-- The current rows of a table, and the changes of a run.
select (select count(*) from :"table" where _deleted_at is null)::int as rows,
       coalesce(sum(inserted), 0)::int as inserted,
       coalesce(sum(updated + deleted), 0)::int as changed
from _run_streams
where run_id = $1 and stream = $2
