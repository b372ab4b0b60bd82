-- After the stream's own columns, what every table has.
  _extra      jsonb,
  _run_id     bigint      not null default current_setting('tillstream.run_id', true)::bigint,
  _loaded_at  timestamptz not null default now(),
  _deleted_at timestamptz,
  primary key (:"key")
