-- $1 streams. has_unread: whether some row of it could not be read. When each slice of them was last pulled completely; an empty slice where the stream has none. Not those of
-- a stream that a later run could not pull: what they hold may be old, also where that run did not come to them.
with complete as (
  -- The last is that of the last run, whatever the clock said then.
  select distinct on (stream, slice) stream, slice, started_at, run_id, quarantined > 0 as has_unread
  from _run_streams
  where stream = any($1::text[]) and status = 'complete'
  order by stream, slice, run_id desc
)
select stream, slice, started_at, has_unread
from complete
where not exists (
  select from _run_streams as failed
  where failed.stream = complete.stream and failed.status <> 'complete' and failed.run_id > complete.run_id
)
