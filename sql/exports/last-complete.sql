-- $1 streams. has_unread: whether some row of it could not be read. When each slice of them was last pulled completely; an empty slice where the stream has none. Not those of
-- a stream that a later run could not pull: what they hold may be old, also where that run did not come to them.
with complete as (
  select stream, slice, max(started_at) as started_at, max(run_id) as run_id,
         (array_agg(quarantined order by run_id desc))[1] > 0 as has_unread
  from _run_streams
  where stream = any($1::text[]) and status = 'complete'
  group by stream, slice
)
select stream, slice, started_at, has_unread
from complete
where not exists (
  select from _run_streams as failed
  where failed.stream = complete.stream and failed.status <> 'complete' and failed.run_id > complete.run_id
)
