-- Grain: one row for each exported location and whether it is in the file; together they are all
-- figures. Locations that are not exported are one row.
-- $1 exported location numbers in Heartland, in the order of the file; $2 their numbers in the file
-- $3 class codes that are in the file, under any class
select number as "Location", is_in_file,
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
  select cell.*, exported.number, exported.position,
         (exported.number is not null and class.code is not null) as is_in_file
  from _month_cells as cell
  left join unnest($1::text[], $2::text[]) with ordinality as exported (location, number, position)
    on exported.location = cell.location
  left join unnest($3::text[]) as class (code) on class.code = cell.code
) as cell
group by number, position, is_in_file
order by is_in_file desc, position
