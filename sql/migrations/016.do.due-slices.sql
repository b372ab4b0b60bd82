-- A report's days do not say by themselves that a ticket of theirs was voided or back-dated. The documents that a sync
-- reads do: which parts of which reports are due again is written down with the rows that caused it.
create table _due_slices (
  stream  text   not null,
  slice   text   not null,
  because text   not null,
  run_id  bigint not null references _runs,
  primary key (stream, slice)
);
comment on table _due_slices is 'Days, months and month ends of reports that are pulled again because something they are made of changed; the pull removes them';
comment on column _due_slices.stream is 'Table to be pulled again';
comment on column _due_slices.slice is 'Its day, month or month end';
comment on column _due_slices.because is 'Table whose change made it due';
comment on column _due_slices.run_id is 'Run that saw the change';
