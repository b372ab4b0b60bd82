-- Begin + received - returned + transfers + adjusted - sold - end, which should leave nothing.
-- $1 location numbers in Heartland that are exported
-- :"sold_units", :"sold_cost" what took goods out by sales
select *
from (
  select location, code,
         begin_units + received_units - returned_units + transfer_units + adjusted_units - :"sold_units" - end_units as units,
         begin_cost + received_cost - returned_cost + transfer_cost + adjusted_cost - :"sold_cost" - end_cost as cost
  from _month_cells
  where location = any($1::text[])
) as left_over
where units <> 0 or cost <> 0
order by abs(cost) desc, abs(units) desc, location collate "C", code collate "C"
