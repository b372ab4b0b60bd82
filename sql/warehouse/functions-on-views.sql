-- Functions of ours ($2) that are bound to views of ours ($1), as `drop function` takes them.
select distinct function.oid::regprocedure::text as signature
from pg_depend as bound
join pg_proc as function on function.oid = bound.objid and function.pronamespace = current_schema()::regnamespace
join pg_class as view on view.oid = bound.refobjid and view.relnamespace = current_schema()::regnamespace
where bound.classid = 'pg_proc'::regclass and bound.refclassid = 'pg_class'::regclass
  and view.relname = any ($1) and function.proname = any ($2)
