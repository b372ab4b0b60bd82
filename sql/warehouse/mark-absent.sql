-- Marked, never removed: an analyst may still need to know what was there.
with gone as (
  update :"table" as kept
     set _deleted_at = now(), _run_id = $1::bigint
   where kept._deleted_at is null
     and ($3::timestamptz is null or kept.:"since" >= $3)
     and not exists (select from :"stage" as staged where (:"staged.key") = (:"kept.key"))
     and concat_ws('|', :"kept.key") not in
         (select row_key from _quarantine where run_id = $1 and stream = $2 and row_key is not null)
  returning 1
)
select count(*)::int as deleted from gone
