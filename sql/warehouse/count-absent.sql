-- After a complete sweep, of everything or of changes since $3: the number of rows no longer in Heartland, and of all rows.
-- A row with an invalid new version is not counted: its last valid version stays.
select count(*) filter (
         where not exists (select from :"stage" as staged where (:"staged.key") = (:"stored.key"))
           and concat_ws('|', :"stored.key") not in
               (select row_key from _quarantine where run_id = $1 and stream = $2 and row_key is not null)
       )::int as absent,
       count(*)::int as alive
from :"table" as stored
where stored._deleted_at is null
  and ($3::timestamptz is null or stored.:"since" >= $3)
