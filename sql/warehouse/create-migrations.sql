-- As postgrator would make it; here, because what changes the schema locks it first.
create table :"schema"._migrations (
  version bigint primary key,
  name    text,
  md5     text,
  run_at  timestamptz
);
insert into :"schema"._migrations (version) values (0)
