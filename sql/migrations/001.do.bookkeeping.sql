-- What a merchant's schema remembers about its own history. Everything here starts with an underscore; the tables
-- without one hold Heartland's data and are made from the stream catalogue.

create table _runs (
  run_id      bigint generated always as identity primary key,
  command     text        not null,
  status      text        not null default 'running'
              check (status in ('running', 'done', 'incomplete', 'failed', 'held', 'undelivered', 'interrupted', 'crashed')),
  started_at  timestamptz not null default now(),
  finished_at timestamptz,
  exit_code   integer,
  message     text
);
comment on table _runs is 'One row each time a command ran';
comment on column _runs.status is 'How it ended; crashed: it was found dead by a later run';
comment on column _runs.message is 'What the command said at its end';

create table _run_streams (
  run_id      bigint      not null references _runs,
  stream      text        not null,
  slice       text        not null default '',
  status      text        not null check (status in ('complete', 'incomplete', 'failed')),
  attempts    integer     not null,
  claimed     bigint,
  seen        bigint      not null default 0,
  inserted    bigint      not null default 0,
  updated     bigint      not null default 0,
  deleted     bigint      not null default 0,
  quarantined bigint      not null default 0,
  position    text,
  started_at  timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  message     text,
  primary key (run_id, stream, slice)
);
comment on table _run_streams is 'What each run did with each stream, slice by slice; written in the same transaction as the rows';
comment on column _run_streams.claimed is 'Rows that Heartland said it holds';
comment on column _run_streams.seen is 'Rows that arrived; a complete pull has seen what was claimed';
comment on column _run_streams.position is 'Where the cursor stood afterwards';

create table _cursors (
  stream    text        primary key,
  position  text        not null,
  swept_at  timestamptz,
  run_id    bigint      not null references _runs
);
comment on table _cursors is 'How far each incremental stream has been read';
comment on column _cursors.position is 'An instant (updated_at) or an id, whichever the stream is read by';
comment on column _cursors.swept_at is 'When every key was last compared, which finds what was deleted';

create table _slice_pages (
  stream  text   not null,
  slice   text   not null default '',
  digest  text   not null,
  run_id  bigint not null references _runs,
  primary key (stream, slice)
);
comment on table _slice_pages is 'What each slice looked like when it was last pulled whole';
comment on column _slice_pages.digest is 'Hash of its rows; the same again means that there is nothing to merge';

create table _quarantine (
  quarantine_id bigint generated always as identity primary key,
  run_id        bigint      not null references _runs,
  stream        text        not null,
  slice         text        not null default '',
  row_key       text,
  content       json        not null,
  reason        text        not null,
  put_at        timestamptz not null default now(),
  resolved_at   timestamptz
);
create index on _quarantine (stream, slice) where resolved_at is null;
comment on table _quarantine is 'Rows that could not go into their table, whole, with the reason';
comment on column _quarantine.resolved_at is 'When a good version of the row arrived, or the row was gone';

create table _unknown_fields (
  stream     text        not null,
  field      text        not null,
  first_seen timestamptz not null default now(),
  run_id     bigint      not null references _runs,
  primary key (stream, field)
);
comment on table _unknown_fields is 'Fields that Heartland sends and the catalogue does not know; their values are in _extra';

create table _exports (
  export_id    bigint generated always as identity primary key,
  run_id       bigint      not null references _runs,
  kind         text        not null check (kind in ('locally', 'management_one')),
  period       text        not null,
  status       text        not null check (status in ('held', 'sending', 'delivered', 'saved', 'failed')),
  made_at      timestamptz not null default now(),
  delivered_at timestamptz,
  totals       jsonb       not null,
  checks       jsonb       not null,
  problems     jsonb       not null,
  receipts     jsonb       not null default '[]',
  message      text
);
create index on _exports (kind, period);
comment on table _exports is 'Every feed and month-end file that was made: its totals, its checks, and where it went';
comment on column _exports.period is 'The month (YYYY-MM) or the day of a feed';
comment on column _exports.status is 'saved: written to a folder and sent to nobody';

create table _export_files (
  export_id bigint  not null references _exports on delete cascade,
  name      text    not null,
  bytes     bigint  not null,
  sha256    text    not null,
  row_count bigint  not null,
  primary key (export_id, name)
);
comment on table _export_files is 'The files of an export';

create table _export_chunks (
  export_id bigint  not null,
  name      text    not null,
  chunk     integer not null,
  content   bytea   not null,
  primary key (export_id, name, chunk),
  foreign key (export_id, name) references _export_files on delete cascade
);
comment on table _export_chunks is 'The bytes of each exported file, in order';
