-- Merges the staged rows into their table. An unchanged row is not rewritten: no dead row version, no new run id.
with merged as (
  insert into :"table" as stored (:"columns", _extra, _run_id)
  select :"columns", _extra, _run_id from :"stage"
  on conflict (:"key") do update
     set (:"columns", _extra, _run_id, _loaded_at, _deleted_at)
       = (:"excluded.columns", excluded._extra, excluded._run_id, now(), null)
   where (:"stored.columns", stored._extra, stored._deleted_at)
         is distinct from (:"excluded.columns", excluded._extra, null)
  returning (xmax = 0) as is_new
)
select count(*) filter (where is_new)::int as inserted, count(*) filter (where not is_new)::int as updated
from merged
