-- Grain: one row: the sum of each column of the file, every line rounded as it is written.
-- $1 decimals of units, $2 decimals of money
select
       coalesce(sum(round("BeginUnits", $1::int)), 0) as "BeginUnits",
       coalesce(sum(round("BeginCost", $2::int)), 0) as "BeginCost",
       coalesce(sum(round("BeginRetail", $2::int)), 0) as "BeginRetail",
       coalesce(sum(round("ReceivedUnits", $1::int)), 0) as "ReceivedUnits",
       coalesce(sum(round("ReceivedCost", $2::int)), 0) as "ReceivedCost",
       coalesce(sum(round("ReceivedRetail", $2::int)), 0) as "ReceivedRetail",
       coalesce(sum(round("ReturnedUnits", $1::int)), 0) as "ReturnedUnits",
       coalesce(sum(round("ReturnedCost", $2::int)), 0) as "ReturnedCost",
       coalesce(sum(round("ReturnedRetail", $2::int)), 0) as "ReturnedRetail",
       coalesce(sum(round("TransferUnits", $1::int)), 0) as "TransferUnits",
       coalesce(sum(round("TransferCost", $2::int)), 0) as "TransferCost",
       coalesce(sum(round("TransferRetail", $2::int)), 0) as "TransferRetail",
       coalesce(sum(round("AdjustedUnits", $1::int)), 0) as "AdjustedUnits",
       coalesce(sum(round("AdjustedCost", $2::int)), 0) as "AdjustedCost",
       coalesce(sum(round("AdjustedRetail", $2::int)), 0) as "AdjustedRetail",
       coalesce(sum(round("SoldUnits", $1::int)), 0) as "SoldUnits",
       coalesce(sum(round("SoldCost", $2::int)), 0) as "SoldCost",
       coalesce(sum(round("NetSales", $2::int)), 0) as "NetSales",
       coalesce(sum(round("Markdowns", $2::int)), 0) as "Markdowns",
       coalesce(sum(round("EndUnits", $1::int)), 0) as "EndUnits",
       coalesce(sum(round("EndCost", $2::int)), 0) as "EndCost",
       coalesce(sum(round("EndRetail", $2::int)), 0) as "EndRetail",
       coalesce(sum(round("OnOrderUnits", $1::int)), 0) as "OnOrderUnits",
       coalesce(sum(round("OnOrderCost", $2::int)), 0) as "OnOrderCost",
       coalesce(sum(round("OnOrderRetail", $2::int)), 0) as "OnOrderRetail"
from _month_lines
