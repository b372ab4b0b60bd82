-- One row a slice of the streams $1: when it was last pulled completely. The slice is empty where
-- the stream has none. Without streams that a later run failed to pull: their rows may be old, even
-- in slices that run did not reach. has_unread: whether some of its rows could not be read.
with complete as (
  -- By run, because the clock may have been wrong.
  select distinct on (stream, slice)
         stream, slice, started_at, run_id, quarantined > 0 as has_unread
  from _run_streams
  where stream = any($1::text[]) and status = 'complete'
  order by stream, slice, run_id desc
)
select stream, slice, started_at, has_unread
from complete
where not exists (
  select from _run_streams as failed
  where failed.stream = complete.stream
    and failed.status <> 'complete'
    and failed.run_id > complete.run_id
)
