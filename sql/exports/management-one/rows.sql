-- The rows of the file: one for each location and class with any figure that is not zero.
-- $1 location numbers in Heartland that are exported, $2 what Management One calls each
-- $3 class codes as items have them, $4 the class that each counts under; a code that is not here is left out
select their.number as "Location", class.into_code as "ClassCode",
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
from _month_facts as fact
join unnest($1::text[], $2::text[]) as their (location, number) on their.location = fact.location
join unnest($3::text[], $4::text[]) as class (code, into_code) on class.code = fact.code
group by 1, 2
having bool_or(figure not in ('handed_over', 'changed'))
-- Numbers as numbers: 2 before 10; then the others as text.
order by case when their.number ~ '^[0-9]+$' then their.number::numeric end nulls last, their.number collate "C",
         class.into_code collate "C"
