-- When reports were pulled first; null where none was.
-- $1 streams
select min(started_at) as at from _run_streams where stream = any($1::text[]) and status = 'complete'
