insert into _drift (stream, field, run_id)
select distinct $1, field, $2::bigint
from :"stage", jsonb_object_keys(_extra) as field
where _extra is not null
on conflict do nothing
