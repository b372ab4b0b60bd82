-- How the merchant's read-only role stands.
select current_database() as database,
       (select mine.rolcreaterole or mine.rolsuper from pg_roles as mine where mine.rolname = current_user) as may_create,
       reader.oid is not null as exists,
       coalesce(reader.rolcanlogin, false) as may_log_in,
       reader.oid is not null
         and has_schema_privilege(reader.oid, current_schema()::text, 'usage')
         and not exists (select from pg_class as relation
                         where relation.relnamespace = current_schema()::regnamespace
                           and relation.relkind in ('r', 'p', 'v', 'm')
                           and not has_table_privilege(reader.oid, relation.oid, 'select'))
         and exists (select from pg_default_acl as future, aclexplode(future.defaclacl) as granted
                     where future.defaclnamespace = current_schema()::regnamespace
                       and future.defaclobjtype = 'r' and granted.grantee = reader.oid)
         as is_granted
from (select) as nothing
left join pg_roles as reader on reader.rolname = $1
