-- Everything that reads the views named in $1, directly or through other views, farthest first, and what it takes to
-- make it again.
with recursive dependent as (
  select relation.oid, 0 as depth
  from pg_class as relation
  where relation.relnamespace = current_schema()::regnamespace and relation.relname = any ($1)
  union
  select rule.ev_class, dependent.depth + 1
  from dependent
  join pg_depend as link
    on link.refobjid = dependent.oid and link.refclassid = 'pg_class'::regclass
   and link.classid = 'pg_rewrite'::regclass and link.deptype = 'n'
  join pg_rewrite as rule on rule.oid = link.objid and rule.ev_class <> dependent.oid
), deepest as (
  select oid, max(depth) as depth from dependent group by oid
)
select relation.oid::regclass::text as name,
       relation.relname::text as view,
       relation.relnamespace = current_schema()::regnamespace as is_here,
       relation.relkind = 'v' as is_view,
       quote_ident(pg_get_userbyid(relation.relowner)) as owner,
       deepest.depth,
       format('create view %s %s as %s', relation.oid::regclass,
              'with (' || nullif(array_to_string(relation.reloptions, ', '), '') || ')',
              pg_get_viewdef(relation.oid)) as definition,
       array(select format('grant %s on %s to %s%s', granted.privilege_type, relation.oid::regclass,
                           case when granted.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(granted.grantee)) end,
                           case when granted.is_grantable then ' with grant option' else '' end)
             from aclexplode(relation.relacl) as granted
             where granted.grantee <> relation.relowner)
       || array(select format('comment on view %s is %L', relation.oid::regclass, description)
                from pg_description
                where objoid = relation.oid and classoid = 'pg_class'::regclass and objsubid = 0)
       || array(select format('comment on column %s.%I is %L', relation.oid::regclass, attribute.attname, said.description)
                from pg_description as said
                join pg_attribute as attribute
                  on attribute.attrelid = said.objoid and attribute.attnum = said.objsubid
                where said.objoid = relation.oid and said.classoid = 'pg_class'::regclass and said.objsubid > 0)
         as extras,
       -- What would be lost: columns granted one by one, triggers, rules of its own.
       exists (select from pg_attribute where attrelid = relation.oid and attacl is not null)
         or exists (select from pg_trigger where tgrelid = relation.oid)
         or exists (select from pg_rewrite where ev_class = relation.oid and rulename <> '_RETURN')
         as is_more_than_a_view
from deepest
join pg_class as relation using (oid)
order by deepest.depth desc, relation.oid desc
