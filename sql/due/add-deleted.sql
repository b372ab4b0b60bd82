-- To the rows that a pull changed, those that it found gone.
-- $1 the pull's run
insert into :"changed" (was, becomes, comes_back)
select to_jsonb((select row from (select :"kept.needed") as row)), null, false
from :"table" as kept
where kept._deleted_at = now() and kept._run_id = $1
