-- Everything in the merchant's schema, also future tables; for tables with secrets see grant-columns.
grant usage on schema :"schema" to :"reader";
grant select on all tables in schema :"schema" to :"reader";
alter default privileges in schema :"schema" grant select on tables to :"reader"
