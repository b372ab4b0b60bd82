-- The run that a row comes from is said once a transaction, not in every row: the same rows are the same text in every run.
do $$
declare
  stream_table text;
begin
  for stream_table in
    select extra.table_name from information_schema.columns as extra
    join information_schema.columns as run using (table_schema, table_name)
    where table_schema = current_schema and extra.column_name = '_extra'
      and run.column_name = '_run_id' and run.column_default is null
  loop
    execute format('alter table %I alter column _run_id set default current_setting(''tillstream.run_id'', true)::bigint', stream_table);
  end loop;
end $$;
