-- Grain: one row for each part of the month that this run did not pull completely.
-- $1 run, $2 streams, $3 the slice of each
select needed.stream, needed.slice
from unnest($2::text[], $3::text[]) as needed (stream, slice)
left join _run_streams as pulled
  on pulled.run_id = $1 and pulled.stream = needed.stream and pulled.slice = needed.slice
 and pulled.status = 'complete'
where pulled.run_id is null
order by needed.stream, needed.slice
