-- Begin + every inventory transaction of the month - end, in units, which should leave nothing; without what is not stocked.
-- $1 location numbers in Heartland that are exported
select *
from (
  select location, code, coalesce(begin_units, 0) + coalesce(changed_units, 0) - coalesce(end_units, 0)
           - coalesce(unstocked_stock_units, 0) - coalesce(unstocked_changed_units, 0) as units
  from _month_cells
  where location = any($1::text[])
) as left_over
where units <> 0
