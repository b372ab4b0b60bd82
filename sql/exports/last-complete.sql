-- $1 streams. When each slice of them was last pulled completely; an empty slice where the stream has none.
select stream, slice, max(started_at) as started_at
from _run_streams
where stream = any($1::text[]) and status = 'complete'
group by stream, slice
