insert into _unknown_fields (stream, field, run_id)
select $1, field, $2 from unnest($3::text[]) as field
on conflict do nothing
