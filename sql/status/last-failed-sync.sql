-- The last sync, where it failed before its first pull: nothing but its run's record says that it was tried.
-- $1 a sync that was started before that is no news; null for any.
select run_id, started_at, status, message
from (select run_id, status, started_at, message from _runs where command = 'sync' order by run_id desc limit 1) as latest
where ($1::timestamptz is null or started_at > $1) and status in ('incomplete', 'failed', 'crashed')
  and not exists (select from _run_streams as pulled where pulled.run_id = latest.run_id)
