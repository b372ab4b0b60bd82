-- Begin + every inventory transaction of the month - end, in units, which should leave nothing.
-- $1 location numbers in Heartland that are exported
select location, code, begin_units + changed_units - end_units as units
from _month_cells
where begin_units + changed_units <> end_units and location = any($1::text[])
order by abs(begin_units + changed_units - end_units) desc, location collate "C", code collate "C"
