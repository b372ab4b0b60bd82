-- Since when the configuration has each export: what is due is counted from there.
create table _export_since (
  kind  text primary key check (kind in ('locally', 'management_one')),
  since date not null
);
comment on table _export_since is 'Since when the configuration has each export';
comment on column _export_since.kind is 'locally or management_one';
comment on column _export_since.since is 'Day of the first run with it, in the merchant’s time zone';
