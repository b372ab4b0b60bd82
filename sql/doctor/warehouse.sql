-- Whether this server will do, for the merchant whose schema is $1.
select current_setting('server_version') as version,
       current_setting('server_version_num')::int as version_number,
       pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as is_read_only,
       pg_encoding_to_char(encoding) as encoding,
       to_regnamespace(quote_ident($1)) is not null as has_schema,
       to_regclass(quote_ident($1) || '._views') is not null as has_views
from pg_database
where datname = current_database()
