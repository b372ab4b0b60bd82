-- What the file holds by location and in all, and what is left out of it, so that both together are everything.
-- $1 location numbers in Heartland that are exported, $2 what Management One calls each
-- $3 class codes that are in the file, whatever class they count under
select number as "Location", is_in_file, (grouping(number) = 1) as is_sum,
       coalesce(sum(units) filter (where figure = 'begin'), 0) as "BeginUnits",
       coalesce(sum(cost) filter (where figure = 'begin'), 0) as "BeginCost",
       coalesce(sum(retail) filter (where figure = 'begin'), 0) as "BeginRetail",
       coalesce(sum(units) filter (where figure = 'received'), 0) as "ReceivedUnits",
       coalesce(sum(cost) filter (where figure = 'received'), 0) as "ReceivedCost",
       coalesce(sum(retail) filter (where figure = 'received'), 0) as "ReceivedRetail",
       coalesce(sum(units) filter (where figure = 'returned'), 0) as "ReturnedUnits",
       coalesce(sum(cost) filter (where figure = 'returned'), 0) as "ReturnedCost",
       coalesce(sum(retail) filter (where figure = 'returned'), 0) as "ReturnedRetail",
       coalesce(sum(units) filter (where figure = 'transfer'), 0) as "TransferUnits",
       coalesce(sum(cost) filter (where figure = 'transfer'), 0) as "TransferCost",
       coalesce(sum(retail) filter (where figure = 'transfer'), 0) as "TransferRetail",
       coalesce(sum(units) filter (where figure = 'adjusted'), 0) as "AdjustedUnits",
       coalesce(sum(cost) filter (where figure = 'adjusted'), 0) as "AdjustedCost",
       coalesce(sum(retail) filter (where figure = 'adjusted'), 0) as "AdjustedRetail",
       coalesce(sum(units) filter (where figure = 'sold'), 0) as "SoldUnits",
       coalesce(sum(cost) filter (where figure = 'sold'), 0) as "SoldCost",
       coalesce(sum(retail) filter (where figure = 'sold'), 0) as "NetSales",
       coalesce(sum(retail) filter (where figure = 'markdowns'), 0) as "Markdowns",
       coalesce(sum(units) filter (where figure = 'end'), 0) as "EndUnits",
       coalesce(sum(cost) filter (where figure = 'end'), 0) as "EndCost",
       coalesce(sum(retail) filter (where figure = 'end'), 0) as "EndRetail",
       coalesce(sum(units) filter (where figure = 'on_order'), 0) as "OnOrderUnits",
       coalesce(sum(cost) filter (where figure = 'on_order'), 0) as "OnOrderCost",
       coalesce(sum(retail) filter (where figure = 'on_order'), 0) as "OnOrderRetail"
from (
  select fact.*, their.number, (their.number is not null and fact.code = any($3::text[])) as is_in_file
  from _month_facts as fact
  left join unnest($1::text[], $2::text[]) as their (location, number) on their.location = fact.location
) as fact
group by grouping sets ((number, is_in_file), (is_in_file))
order by is_in_file desc, is_sum,
         case when number ~ '^[0-9]+$' then number::numeric end nulls last, number collate "C"
