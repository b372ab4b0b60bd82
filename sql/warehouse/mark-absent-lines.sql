-- Lines that a pulled parent no longer has, and those of parents that this run found deleted. A line that came in a bad
-- version is not deleted; nor are the other lines of its parent ($3), since it may be any of them. Parents are looked up
-- by `in`, so that the time depends on the parents pulled, not on the lines stored.
with removed as (
  update :"table" as stored
     set _deleted_at = now(), _run_id = $1::bigint
   where stored._deleted_at is null
     and stored.:"parent" in (
           select parent.id from :"parents" as parent
           union
           select parent.id from :"of" as parent where parent._deleted_at is not null and parent._run_id = $1::bigint
         )
     and stored.:"parent" <> all($3::bigint[])
     and not exists (select from :"stage" as staged where (:"staged.key") = (:"stored.key"))
     and concat_ws('|', :"stored.key") not in
         (select row_key from _quarantine where run_id = $1 and stream = $2 and row_key is not null)
  returning 1
)
select count(*)::int as deleted from removed
