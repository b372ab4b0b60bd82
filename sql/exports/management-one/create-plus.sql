-- An aggregate with the same results as sum(numeric), digit for digit. sum() allocates a large
-- state for each group; with many groups of a few rows each, that takes longer than adding.
create or replace aggregate pg_temp.plus(numeric) (
  sfunc = numeric_add,
  stype = numeric
)
