-- Grain: one row for each line of the file (location and class), in the order of the file; exact.
copy (
  select "Location", "ClassCode",
         "BeginUnits",
         "BeginCost",
         "BeginRetail",
         "ReceivedUnits",
         "ReceivedCost",
         "ReceivedRetail",
         "ReturnedUnits",
         "ReturnedCost",
         "ReturnedRetail",
         "TransferUnits",
         "TransferCost",
         "TransferRetail",
         "AdjustedUnits",
         "AdjustedCost",
         "AdjustedRetail",
         "SoldUnits",
         "SoldCost",
         "NetSales",
         "Markdowns",
         "EndUnits",
         "EndCost",
         "EndRetail",
         "OnOrderUnits",
         "OnOrderCost",
         "OnOrderRetail"
  from _month_lines
  order by position, "ClassCode" collate "C"
) to stdout with (null '0')
