-- Grain: one row for each exported location and class code where begin + received - returned
-- + transfers + adjusted - sold - end is not zero. Items that are not stocked (unstocked_…:
-- services, fees, gift wrap) do not count, though their sales and receipts are in the file.
-- $1 exported location numbers in Heartland
-- :"sold_units", :"sold_cost" columns of what sales took out of stock
-- :"unstocked_units", :"unstocked_cost" columns of what of it is not stocked
select *
from (
  select location, code,
         coalesce(begin_units, 0) + coalesce(received_units, 0) - coalesce(returned_units, 0)
           + coalesce(transfer_units, 0) + coalesce(adjusted_units, 0)
           - coalesce(:"sold_units", 0) - coalesce(end_units, 0)
           - (coalesce(unstocked_stock_units, 0) + coalesce(unstocked_document_units, 0)
              - coalesce(:"unstocked_units", 0)) as units,
         coalesce(begin_cost, 0) + coalesce(received_cost, 0) - coalesce(returned_cost, 0)
           + coalesce(transfer_cost, 0) + coalesce(adjusted_cost, 0)
           - coalesce(:"sold_cost", 0) - coalesce(end_cost, 0)
           - (coalesce(unstocked_stock_cost, 0) + coalesce(unstocked_document_cost, 0)
              - coalesce(:"unstocked_cost", 0)) as cost
  from _month_cells
  where location = any($1::text[])
) as difference
where units <> 0 or cost <> 0
