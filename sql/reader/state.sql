-- The state of the merchant's read-only role: $1 its name, $2 the secret columns by table.
with reader as (
  select role.oid, role.rolcanlogin from (select) as nothing left join pg_roles as role on role.rolname = $1
), relation as (
  select oid, relname, $2::jsonb -> relname::text as secret from pg_class
  where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v', 'm')
), watched as (
  select relation.oid, relation.relname, attribute.attnum, attribute.attname,
         relation.secret ? attribute.attname::text as is_secret
  from relation
  join pg_attribute as attribute
    on attribute.attrelid = relation.oid and attribute.attnum > 0 and not attribute.attisdropped
  where relation.secret is not null
)
select current_database() as database,
       (select mine.rolcreaterole or mine.rolsuper from pg_roles as mine where mine.rolname = current_user) as may_create,
       reader.oid is not null as exists,
       coalesce(reader.rolcanlogin, false) as may_log_in,
       reader.oid is not null
         and has_schema_privilege(reader.oid, current_schema()::text, 'usage')
         and not exists (select from relation
                         where secret is null and not has_table_privilege(reader.oid, relation.oid, 'select'))
         and not exists (select from watched
                         where not is_secret and not has_column_privilege(reader.oid, watched.oid, attnum, 'select'))
         and exists (select from pg_default_acl as future, aclexplode(future.defaclacl) as granted
                     where future.defaclnamespace = current_schema()::regnamespace
                       and future.defaclobjtype = 'r' and granted.grantee = reader.oid)
         as is_granted,
       array(select format('%s.%s', relname, attname) from watched
             where is_secret and has_column_privilege(reader.oid, watched.oid, attnum, 'select')
             order by relname, attnum)
         as exposed
from reader
