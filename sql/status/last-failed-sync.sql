-- The last sync, if it failed before its first pull: then only the record of its run shows it.
-- $1 ignores syncs that started before; null for none.
select run_id, started_at, status, message
from (select run_id, status, started_at, message from _runs where command = 'sync' order by run_id desc limit 1) as latest
where ($1::timestamptz is null or started_at > $1) and status in ('incomplete', 'failed', 'crashed')
  and not exists (select from _run_streams as pulled where pulled.run_id = latest.run_id)
