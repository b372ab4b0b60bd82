-- How each stream stands: when it was last complete, whether and why it failed since, and what is in quarantine.
with latest as (
  select stream,
         max(finished_at) filter (where status = 'complete') as complete_at,
         max(finished_at) filter (where status <> 'complete') as failed_at,
         (array_agg(message order by finished_at desc) filter (where status <> 'complete'))[1] as message
  from _run_streams
  group by stream
),
bad as (
  select stream, count(*) as rows from _quarantine where resolved_at is null group by stream
)
select latest.stream, latest.complete_at,
       case when failed_at > complete_at or complete_at is null then failed_at end as failed_at,
       case when failed_at > complete_at or complete_at is null then latest.message end as failed_because,
       cursors.position, coalesce(bad.rows, 0)::int as quarantined
from latest
left join _cursors as cursors using (stream)
left join bad using (stream)
order by latest.stream
