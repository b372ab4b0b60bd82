-- Grain: one row for each exported location and class with any figure that is not zero when rounded
-- to the cent; the figures are exact.
-- $1 exported location numbers in Heartland, in the order of the file; $2 their numbers in the file
-- $3 class codes as items have them, $4 the class that each counts under; other codes are left out
create temporary table _month_lines on commit drop as
with class as (
  select code, into_code, count(*) over (partition by into_code) = 1 as is_alone
  from unnest($3::text[], $4::text[]) as decided (code, into_code)
),
cell as not materialized (
  select exported.position, exported.number, class.into_code, class.is_alone, _month_cells.*
  from _month_cells
  join unnest($1::text[], $2::text[]) with ordinality as exported (location, number, position)
    using (location)
  join class using (code)
)
select position, number as "Location", into_code as "ClassCode",
       begin_units as "BeginUnits",
       begin_cost as "BeginCost",
       begin_retail as "BeginRetail",
       received_units as "ReceivedUnits",
       received_cost as "ReceivedCost",
       received_retail as "ReceivedRetail",
       returned_units as "ReturnedUnits",
       returned_cost as "ReturnedCost",
       returned_retail as "ReturnedRetail",
       transfer_units as "TransferUnits",
       transfer_cost as "TransferCost",
       transfer_retail as "TransferRetail",
       adjusted_units as "AdjustedUnits",
       adjusted_cost as "AdjustedCost",
       adjusted_retail as "AdjustedRetail",
       sold_units as "SoldUnits",
       sold_cost as "SoldCost",
       sold_retail as "NetSales",
       markdowns_retail as "Markdowns",
       end_units as "EndUnits",
       end_cost as "EndCost",
       end_retail as "EndRetail",
       on_order_units as "OnOrderUnits",
       on_order_cost as "OnOrderCost",
       on_order_retail as "OnOrderRetail"
from (
  -- Nearly every class has only one code, so its figures need no sum.
  select position, number, into_code,
         begin_units,
         begin_cost,
         begin_retail,
         received_units,
         received_cost,
         received_retail,
         returned_units,
         returned_cost,
         returned_retail,
         transfer_units,
         transfer_cost,
         transfer_retail,
         adjusted_units,
         adjusted_cost,
         adjusted_retail,
         sold_units,
         sold_cost,
         sold_retail,
         markdowns_retail,
         end_units,
         end_cost,
         end_retail,
         on_order_units,
         on_order_cost,
         on_order_retail
  from cell
  where is_alone
  union all
  select position, number, into_code,
         sum(begin_units),
         sum(begin_cost),
         sum(begin_retail),
         sum(received_units),
         sum(received_cost),
         sum(received_retail),
         sum(returned_units),
         sum(returned_cost),
         sum(returned_retail),
         sum(transfer_units),
         sum(transfer_cost),
         sum(transfer_retail),
         sum(adjusted_units),
         sum(adjusted_cost),
         sum(adjusted_retail),
         sum(sold_units),
         sum(sold_cost),
         sum(sold_retail),
         sum(markdowns_retail),
         sum(end_units),
         sum(end_cost),
         sum(end_retail),
         sum(on_order_units),
         sum(on_order_cost),
         sum(on_order_retail)
  from cell
  where not is_alone
  group by position, number, into_code
) as line
where round(begin_units, 2) <> 0
   or round(begin_cost, 2) <> 0
   or round(begin_retail, 2) <> 0
   or round(received_units, 2) <> 0
   or round(received_cost, 2) <> 0
   or round(received_retail, 2) <> 0
   or round(returned_units, 2) <> 0
   or round(returned_cost, 2) <> 0
   or round(returned_retail, 2) <> 0
   or round(transfer_units, 2) <> 0
   or round(transfer_cost, 2) <> 0
   or round(transfer_retail, 2) <> 0
   or round(adjusted_units, 2) <> 0
   or round(adjusted_cost, 2) <> 0
   or round(adjusted_retail, 2) <> 0
   or round(sold_units, 2) <> 0
   or round(sold_cost, 2) <> 0
   or round(sold_retail, 2) <> 0
   or round(markdowns_retail, 2) <> 0
   or round(end_units, 2) <> 0
   or round(end_cost, 2) <> 0
   or round(end_retail, 2) <> 0
   or round(on_order_units, 2) <> 0
   or round(on_order_cost, 2) <> 0
   or round(on_order_retail, 2) <> 0
