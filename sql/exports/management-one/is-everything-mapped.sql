-- Grain: one row: whether every figure has an exported location and a valid class code.
-- $1 exported location numbers in Heartland, $2 valid class codes
select not exists (
  select from _month_cells where location <> all($1::text[]) or code <> all($2::text[])
) as is_mapped
