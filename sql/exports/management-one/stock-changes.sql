-- Grain: one row for each exported location and class code where begin + every inventory
-- transaction of the month - end is not zero, in units; without items that are not stocked.
-- $1 exported location numbers in Heartland
select *
from (
  select location, code,
         coalesce(begin_units, 0) + coalesce(changed_units, 0) - coalesce(end_units, 0)
           - coalesce(unstocked_stock_units, 0) - coalesce(unstocked_changed_units, 0) as units
  from _month_cells
  where location = any($1::text[])
) as difference
where units <> 0
