-- The columns that every table has after the stream's own.
  _extra      jsonb,
  _run_id     bigint      not null,
  _loaded_at  timestamptz not null default now(),
  _deleted_at timestamptz,
  primary key (:"key")
