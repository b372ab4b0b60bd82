-- Runs that are marked as running though nobody holds the lock that a run takes before it is written down, and gives back
-- after it has said how it ended. When they ended, nobody knows; finished_at is when that was noticed.
-- $1 the first part of the lock's key; its second is the schema's name.
update _runs
set status = 'crashed', finished_at = now(),
    message = 'Ended without a word: it was killed, or the power went. What was not finished was rolled back.'
where status = 'running'
  and not exists (
    select from pg_locks
    where locktype = 'advisory' and granted and pid <> pg_backend_pid()
      and database = (select oid from pg_database where datname = current_database())
      and classid = $1::integer::oid
      and objid = hashtext(current_schema())::oid
      and objsubid = 2
  )
