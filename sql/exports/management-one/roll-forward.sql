-- Begin + received - returned + transfers + adjusted - sold - end, which should leave nothing. What is not
-- stocked (unstocked_…: services, fees, gift wrap) has no part in it, though its sales and receipts are in the file.
-- $1 location numbers in Heartland that are exported
-- :"sold_units", :"sold_cost" what took goods out by sales; :"unstocked_units", :"unstocked_cost" what of it is not stocked
select *
from (
  select location, code,
         coalesce(begin_units, 0) + coalesce(received_units, 0) - coalesce(returned_units, 0) + coalesce(transfer_units, 0)
           + coalesce(adjusted_units, 0) - coalesce(:"sold_units", 0) - coalesce(end_units, 0)
           - (coalesce(unstocked_stock_units, 0) + coalesce(unstocked_paper_units, 0) - coalesce(:"unstocked_units", 0)) as units,
         coalesce(begin_cost, 0) + coalesce(received_cost, 0) - coalesce(returned_cost, 0) + coalesce(transfer_cost, 0)
           + coalesce(adjusted_cost, 0) - coalesce(:"sold_cost", 0) - coalesce(end_cost, 0)
           - (coalesce(unstocked_stock_cost, 0) + coalesce(unstocked_paper_cost, 0) - coalesce(:"unstocked_cost", 0)) as cost
  from _month_cells
  where location = any($1::text[])
) as left_over
where units <> 0 or cost <> 0
