-- The last sync, where it failed before its first pull: nothing else says that it was tried.
-- $1 when what the feed is made from was pulled; a sync before that is no news.
select run_id, started_at, message
from (select run_id, status, started_at, message from _runs where command = 'sync' order by run_id desc limit 1) as latest
where started_at > $1 and status in ('incomplete', 'failed', 'crashed')
  and not exists (select from _run_streams as pulled where pulled.run_id = latest.run_id)
