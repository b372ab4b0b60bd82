-- The primary key of each table, in the order of its columns.
select tables.relname as table, array_agg(columns.attname::text order by columns.attnum) as key
from pg_index as keys
join pg_class as tables on tables.oid = keys.indrelid and tables.relnamespace = current_schema::regnamespace
join pg_attribute as columns on columns.attrelid = tables.oid and columns.attnum = any(keys.indkey)
where keys.indisprimary
group by tables.relname
