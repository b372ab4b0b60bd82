-- To the rows that a pull changed, those that it found gone.
-- $1 the pull's run
insert into :"changed" (was, becomes, comes_back)
select to_jsonb((select row from (select :"stored.needed") as row)), null, false
from :"table" as stored
where stored._deleted_at = now() and stored._run_id = $1
