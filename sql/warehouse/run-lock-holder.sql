-- Who holds the lock of the merchant's runs, and the run that is marked as running. Of other users' sessions, Postgres may
-- not show us everything.
select held.pid as holder, session.usename as user_name, nullif(session.application_name, '') as program,
       host(session.client_addr) as address, session.xact_start as since,
       coalesce(session.application_name = 'tillstream', false) as is_ours,
       running.run_id as run, running.command, running.started_at
from pg_locks as held
left join pg_stat_activity as session using (pid)
left join (select run_id, command, started_at from _runs where status = 'running' order by run_id desc limit 1) as running on true
where held.locktype = 'relation' and held.granted
  and held.database = (select oid from pg_database where datname = current_database())
  and held.relation = '_run_lock'::regclass
  and held.mode not in ('AccessShareLock', 'RowShareLock')
limit 1
