-- The costs of a slice that changed, where they were pulled already; else they are due anyway.
-- $1 stream of the costs, $2 slice, $3 because of, $4 run
insert into _due_slices (stream, slice, because, run_id)
select $1::text, $2::text, $3::text, $4::bigint
where exists (select from _run_streams where stream = $1 and slice = $2 and status = 'complete')
on conflict do nothing
