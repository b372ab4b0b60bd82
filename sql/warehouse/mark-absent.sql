-- Rows no longer in Heartland are marked, never removed: analysts may still need them.
with removed as (
  update :"table" as stored
     set _deleted_at = now(), _run_id = $1::bigint
   where stored._deleted_at is null
     and ($3::timestamptz is null or stored.:"since" >= $3)
     and not exists (select from :"stage" as staged where (:"staged.key") = (:"stored.key"))
     and concat_ws('|', :"stored.key") not in
         (select row_key from _quarantine where run_id = $1 and stream = $2 and row_key is not null)
  returning 1
)
select count(*)::int as deleted from removed
