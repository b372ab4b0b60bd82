-- After the stream's own columns, what every table has.
alter table :"table"
  add column _extra      jsonb,
  add column _run_id     bigint      not null default current_setting('tillstream.run_id', true)::bigint,
  add column _loaded_at  timestamptz not null default now(),
  add column _deleted_at timestamptz,
  add primary key (:"key");
comment on column :"table"._extra is 'Fields that the catalogue does not know yet';
comment on column :"table"._run_id is 'Run that last changed the row';
comment on column :"table"._loaded_at is 'When the row was last changed here';
comment on column :"table"._deleted_at is 'When Heartland no longer held it; the row is kept'
