-- Comments of the columns that every table has.
comment on column :"table"._extra is 'Fields that the catalogue does not know';
comment on column :"table"._run_id is 'Run that last changed the row';
comment on column :"table"._loaded_at is 'When the row was last changed here';
comment on column :"table"._deleted_at is 'When it was found deleted or merged in Heartland; the row stays'
