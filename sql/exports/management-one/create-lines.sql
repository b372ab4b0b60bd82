-- The lines of the file, exact: one for each location and class with any figure that is not nothing to the cent.
-- $1 location numbers in Heartland that are exported, $2 what Management One calls each
-- $3 class codes as items have them, $4 the class that each counts under; a code that is not here is left out
create temporary table _month_lines on commit drop as
select their.number as "Location", class.into_code as "ClassCode",
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
from _month_cells as cell
join unnest($1::text[], $2::text[]) as their (location, number) on their.location = cell.location
join unnest($3::text[], $4::text[]) as class (code, into_code) on class.code = cell.code
group by their.number, class.into_code
having round(sum(begin_units), 2) <> 0
    or round(sum(begin_cost), 2) <> 0
    or round(sum(begin_retail), 2) <> 0
    or round(sum(received_units), 2) <> 0
    or round(sum(received_cost), 2) <> 0
    or round(sum(received_retail), 2) <> 0
    or round(sum(returned_units), 2) <> 0
    or round(sum(returned_cost), 2) <> 0
    or round(sum(returned_retail), 2) <> 0
    or round(sum(transfer_units), 2) <> 0
    or round(sum(transfer_cost), 2) <> 0
    or round(sum(transfer_retail), 2) <> 0
    or round(sum(adjusted_units), 2) <> 0
    or round(sum(adjusted_cost), 2) <> 0
    or round(sum(adjusted_retail), 2) <> 0
    or round(sum(sold_units), 2) <> 0
    or round(sum(sold_cost), 2) <> 0
    or round(sum(sold_retail), 2) <> 0
    or round(sum(markdowns_retail), 2) <> 0
    or round(sum(end_units), 2) <> 0
    or round(sum(end_cost), 2) <> 0
    or round(sum(end_retail), 2) <> 0
    or round(sum(on_order_units), 2) <> 0
    or round(sum(on_order_cost), 2) <> 0
    or round(sum(on_order_retail), 2) <> 0
