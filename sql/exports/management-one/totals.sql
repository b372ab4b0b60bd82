-- What the file holds by location and in all, and what is left out of it, so that both together are everything.
-- $1 location numbers in Heartland that are exported, $2 what Management One calls each
-- $3 class codes that are in the file, whatever class they count under
select number as "Location", is_in_file, (grouping(number) = 1) as is_sum,
       sum(begin_units) as "BeginUnits",
       sum(begin_cost) as "BeginCost",
       sum(begin_retail) as "BeginRetail",
       sum(received_units) as "ReceivedUnits",
       sum(received_cost) as "ReceivedCost",
       sum(received_retail) as "ReceivedRetail",
       sum(returned_units) as "ReturnedUnits",
       sum(returned_cost) as "ReturnedCost",
       sum(returned_retail) as "ReturnedRetail",
       sum(transfer_units) as "TransferUnits",
       sum(transfer_cost) as "TransferCost",
       sum(transfer_retail) as "TransferRetail",
       sum(adjusted_units) as "AdjustedUnits",
       sum(adjusted_cost) as "AdjustedCost",
       sum(adjusted_retail) as "AdjustedRetail",
       sum(sold_units) as "SoldUnits",
       sum(sold_cost) as "SoldCost",
       sum(sold_retail) as "NetSales",
       sum(markdowns_retail) as "Markdowns",
       sum(end_units) as "EndUnits",
       sum(end_cost) as "EndCost",
       sum(end_retail) as "EndRetail",
       sum(on_order_units) as "OnOrderUnits",
       sum(on_order_cost) as "OnOrderCost",
       sum(on_order_retail) as "OnOrderRetail"
from (
  select cell.*, their.number, (their.number is not null and cell.code = any($3::text[])) as is_in_file
  from _month_cells as cell
  left join unnest($1::text[], $2::text[]) as their (location, number) on their.location = cell.location
) as cell
group by grouping sets ((number, is_in_file), (is_in_file))
order by is_in_file desc, is_sum,
         case when number ~ '^[0-9]+$' then number::numeric end nulls last, number collate "C"
