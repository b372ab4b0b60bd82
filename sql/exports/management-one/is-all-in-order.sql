-- Whether every figure is of an exported location and a class code that is in order.
-- $1 location numbers in Heartland that are exported, $2 class codes that are in order
select not exists (
  select from _month_cells where location <> all($1::text[]) or code <> all($2::text[])
) as is_all_in_order
