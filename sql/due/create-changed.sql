-- Rows of a table that a pull is about to change, as far as their days and names go: as they are kept, and as they came.
-- Whatever is new, differs in a column that counts, or comes back after it was gone.
create temporary table :"changed" on commit drop as
select case when :"stored.id" is not null then to_jsonb((select row from (select :"stored.needed") as row)) end as was,
       to_jsonb((select row from (select :"staged.needed") as row)) as becomes,
       stored._deleted_at is not null as comes_back
from :"stage" as staged
left join :"table" as stored on (:"stored.key") = (:"staged.key")
where (:"stored.counting", stored._deleted_at) is distinct from (:"staged.counting", null)
