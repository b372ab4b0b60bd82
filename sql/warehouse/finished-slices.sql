-- Slices that runs of a command have completed since it last succeeded.
-- $1 command, $2 stream
select distinct pulled.slice
from _run_streams as pulled
join _runs as run using (run_id)
where run.command = $1
  and pulled.stream = $2
  and pulled.status = 'complete'
  and run.run_id > coalesce((select max(run_id) from _runs where command = $1 and status = 'done'), 0)
