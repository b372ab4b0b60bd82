-- The sessions that block those of $1. Postgres may not show all details of other users' sessions.
select waiting.pid,
       holder.pid as holder,
       session.usename as user_name,
       nullif(session.application_name, '') as program,
       host(session.client_addr) as address,
       session.xact_start as since
from unnest($1::int[]) as waiting (pid)
cross join lateral unnest(pg_blocking_pids(waiting.pid)) as holder (pid)
left join pg_stat_activity as session on session.pid = holder.pid
