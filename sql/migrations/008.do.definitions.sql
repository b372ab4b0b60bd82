create table _stream_definitions (
  stream      text   primary key,
  definition  text   not null,
  run_id      bigint not null references _runs
);
comment on table _stream_definitions is 'What is asked of each stream that the configuration limits or defines';
comment on column _stream_definitions.stream is 'Stream';
comment on column _stream_definitions.definition is 'Columns that are kept or left off, or a report’s metrics, groups and filters';
comment on column _stream_definitions.run_id is 'First run that asked it so; what earlier runs pulled is pulled again';
