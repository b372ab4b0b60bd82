-- After a complete sweep, of everything or of what changed since a moment ($3): rows that the account no longer holds, and
-- how many there were to lose. A row that came in a bad version is not gone: its last good one stays.
select count(*) filter (
         where not exists (select from :"stage" as staged where (:"staged.key") = (:"kept.key"))
           and concat_ws('|', :"kept.key") not in
               (select row_key from _quarantine where run_id = $1 and stream = $2 and row_key is not null)
       )::int as absent,
       count(*)::int as alive
from :"table" as kept
where kept._deleted_at is null
  and ($3::timestamptz is null or kept.:"since" >= $3)
