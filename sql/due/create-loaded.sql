-- The rows of a table that was empty before this pull. Reports that were pulled before it have those that did not change
-- since.
-- $1 a moment before the first of those pulls
create temporary table :"changed" on commit drop as
select null::jsonb as was, to_jsonb((select row from (select :"loaded.needed") as row)) as becomes, false as comes_back
from :"stage" as loaded
where coalesce((to_jsonb(loaded) ->> 'updated_at')::timestamptz, (to_jsonb(loaded) ->> 'created_at')::timestamptz) >= $1
