-- The same as sum(numeric), digit for digit. sum() gives each group a workspace for a million rows to come; where there are
-- many groups of a few rows each, making those takes longer than adding.
create or replace aggregate pg_temp.plus(numeric) (
  sfunc = numeric_add,
  stype = numeric
)
