-- What the columns mean that every table has.
comment on column :"table"._extra is 'Fields that the catalogue does not know yet';
comment on column :"table"._run_id is 'Run that last changed the row';
comment on column :"table"._loaded_at is 'When the row was last changed here';
comment on column :"table"._deleted_at is 'When Heartland no longer held it; the row is kept'
