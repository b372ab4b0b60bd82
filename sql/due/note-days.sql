-- The slices that were pulled of some days: those that hold one of them, and for stock those that end on or after one of
-- them. Of a report that is not configured (any more) nobody knows which it is, so both.
-- $1 first days, $2 last days, $3 streams, $4 what a slice of each is, $5 whether it is stock, $6 because of, $7 run
insert into _due_slices (stream, slice, because, run_id)
select distinct pulled.stream, pulled.slice, $6::text, $7::bigint
from (select distinct stream, slice
      from _run_streams
      where status = 'complete' and slice ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        and (stream = any($3::text[]) or stream like 'report\_%')) as pulled
left join unnest($3::text[], $4::text[], $5::boolean[]) as derived (stream, sliced_by, is_stock)
       on derived.stream = pulled.stream
cross join lateral (
  select pulled.slice::date as first,
         case when coalesce(derived.sliced_by, 'month') = 'month'
              then (pulled.slice::date + interval '1 month - 1 day')::date else pulled.slice::date end as last
) as span
where exists (
  select from unnest($1::date[], $2::date[]) as changed (first, last)
  where changed.first <= span.last and (coalesce(derived.is_stock, true) or changed.last >= span.first)
)
on conflict do nothing
