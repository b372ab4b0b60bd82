-- Where the warehouse's user stands: $1 is the merchant's schema, $2 the tables of ours in it besides the bookkeeping.
select current_user::text as role,
       current_database()::text as database,
       to_regnamespace(quote_ident($1)) is not null as has_schema,
       array(select distinct pg_get_userbyid(relation.relowner)::text
             from pg_class as relation
             where relation.relnamespace = to_regnamespace(quote_ident($1))
               and relation.relkind in ('r', 'p')
               and (relation.relname = any ($2) or starts_with(relation.relname, '_'))
               and not pg_has_role(relation.relowner, 'usage')
             order by 1) as other_owners
