-- The lines of the file in their order, exact.
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
  order by place, "ClassCode" collate "C"
) to stdout with (null '0')
