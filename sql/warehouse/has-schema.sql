-- Whether the merchant's schema, $1, is there, and in it the table of migrations; and which Postgres this is.
select to_regnamespace(quote_ident($1)) is not null as schema,
       to_regclass(quote_ident($1) || '._migrations') is not null as migrations,
       current_setting('server_version') as version,
       current_setting('server_version_num')::int as version_number
