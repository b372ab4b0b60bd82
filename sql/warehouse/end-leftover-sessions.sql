-- Sessions of a run that is dead: of our own user and program, and for more than a minute in a transaction that writes here.
-- $1 the server process that holds the run's lock
select pg_terminate_backend(session.pid)
from pg_stat_activity as session
where session.usename = current_user
  and session.application_name = 'tillstream'
  and session.datname = current_database()
  and session.pid not in ($1, pg_backend_pid())
  and session.xact_start < now() - interval '1 minute'
  and exists (
    select from pg_locks as held
    join pg_class as relation on relation.oid = held.relation
    where held.pid = session.pid and held.locktype = 'relation' and held.granted
      and held.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock')
      and held.database = (select oid from pg_database where datname = current_database())
      and relation.relnamespace = current_schema()::regnamespace
  )
