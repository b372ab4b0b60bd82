-- After the stream's own columns, what every table has.
  _extra      jsonb,
  _run_id     bigint      not null,
  _loaded_at  timestamptz not null default now(),
  _deleted_at timestamptz,
  primary key (:"key")
