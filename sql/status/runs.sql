-- The last runs, the newest first, with what they read.
select r.run_id, r.command, r.status, r.started_at, r.message,
       -- The duration of a crashed run is unknown.
       case when r.status <> 'crashed' then extract(epoch from r.finished_at - r.started_at)::float8 end as seconds,
       coalesce(sum(s.seen), 0)::float8 as rows
from _runs as r
left join _run_streams as s using (run_id)
group by r.run_id
order by r.run_id desc
limit $1
