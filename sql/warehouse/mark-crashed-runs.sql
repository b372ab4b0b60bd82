-- Runs that are marked as running though nobody holds the lock that a run takes before it is written down, and gives back
-- after it has said how it ended. When they ended, nobody knows; finished_at is when that was noticed.
-- $1 the server process that holds the lock for whoever asks
update _runs
set status = 'crashed', finished_at = now(),
    message = 'Ended without a word: it was killed, or the power went. What was not finished was rolled back.'
where run_id in (select run_id from _runs where status = 'running' for update skip locked)
  and not exists (
    select from pg_locks
    where locktype = 'relation' and granted and mode = 'ExclusiveLock' and pid is distinct from $1::int
      and database = (select oid from pg_database where datname = current_database())
      and relation = '_run_lock'::regclass
  )
