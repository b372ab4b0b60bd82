-- Sessions of others that have one of the relations named in $1 open in a transaction.
select distinct on (holder.pid) activity.usename::text as role, holder.pid, activity.xact_start as since
from pg_locks as holder
join pg_class as relation
  on relation.oid = holder.relation and relation.relnamespace = current_schema()::regnamespace
left join pg_stat_activity as activity on activity.pid = holder.pid
where holder.granted
  and holder.pid <> pg_backend_pid()
  and holder.database = (select oid from pg_database where datname = current_database())
  and relation.relname = any ($1)
order by holder.pid
