-- How each stream stands: since when it is complete, whether and why a part of it failed and was not pulled since, what is
-- due again, and what is in quarantine. Where each location is a part of its own, the oldest of them says since when.
with complete as (
  select distinct on (stream, slice) stream, slice, run_id, finished_at
  from _run_streams
  where status = 'complete'
  order by stream, slice, run_id desc
),
as_of as (
  select stream,
         coalesce(min(finished_at) filter (where exists (select from locations as location
                                                         where location.id::text = complete.slice
                                                           and location._deleted_at is null)
                                             and slice ~ '^[0-9]+$'),
                  max(finished_at)) as complete_at
  from complete
  group by stream
),
-- A day, a month or a location is whole again when it was pulled itself; what changed, when anything later was.
failed as (
  select distinct on (stream) stream, finished_at as failed_at, message
  from _run_streams as tried
  where status <> 'complete'
    and not exists (
      select from complete
      where complete.stream = tried.stream
        and case when tried.slice ~ '^[0-9-]+$' then complete.slice = tried.slice and complete.run_id > tried.run_id
                 else complete.finished_at > tried.finished_at end
    )
  order by stream, finished_at desc
),
bad as (
  select stream, count(*) as rows from _quarantine where resolved_at is null group by stream
),
due as (
  select stream, count(*) as slices from _due_slices group by stream
)
select stream, as_of.complete_at, failed.failed_at, failed.message as failed_because, cursors.position,
       coalesce(bad.rows, 0)::int as quarantined, coalesce(due.slices, 0)::int as due_again
from as_of
full join failed using (stream)
left join _cursors as cursors using (stream)
left join bad using (stream)
left join due using (stream)
order by stream
