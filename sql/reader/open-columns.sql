-- The existing tables with secrets, and their columns that are not secret.
select relation.relname as "table",
       array_agg(attribute.attname::text order by attribute.attnum) as columns
from jsonb_each($1) as secret (table_name, columns)
join pg_class as relation
  on relation.relname = secret.table_name and relation.relnamespace = current_schema()::regnamespace
join pg_attribute as attribute
  on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
where not secret.columns ? attribute.attname::text
group by relation.relname
