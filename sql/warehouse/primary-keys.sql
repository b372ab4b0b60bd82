-- What tells the rows of each table apart.
select tables.relname as table, array_agg(columns.attname::text) as key
from pg_index as keys
join pg_class as tables on tables.oid = keys.indrelid and tables.relnamespace = current_schema::regnamespace
join pg_attribute as columns on columns.attrelid = tables.oid and columns.attnum = any(keys.indkey)
where keys.indisprimary
group by tables.relname
