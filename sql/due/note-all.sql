-- All slices that were pulled of a report, where a name or price that it shows, or chooses by, changed of any record.
-- $1 columns that the report shows, $2 custom fields, $3 stream, $4 because of, $5 run
insert into _due_slices (stream, slice, because, run_id)
select distinct $3::text, slice, $4::text, $5::bigint
from _run_streams
where stream = $3 and status = 'complete'
  and exists (
    select from :"changed"
    where was is not null
      and (becomes is null or comes_back
           or exists (select from unnest($1::text[]) as name where was -> name is distinct from becomes -> name)
           or exists (select from unnest($2::text[]) as name
                      where was -> 'custom' -> name is distinct from becomes -> 'custom' -> name))
  )
on conflict do nothing
