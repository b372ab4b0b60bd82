-- Sales of an earlier month by exported location, if every one of its days is in the warehouse.
-- $1 first day, $2 last day, $3 location numbers in Heartland that are exported, $4 what Management One calls each
-- $5 the sales stream
-- :"sales" its table
select their.number as location,
       coalesce(sum(sold.net_sales), 0) as "NetSales",
       coalesce(sum(sold.net_qty_sold), 0) as "SoldUnits",
       coalesce(sum(sold.net_markdowns), 0) as "Markdowns"
from unnest($3::text[], $4::text[]) as their (location, number)
left join :"sales" as sold on sold.location_number = their.location and sold.business_date between $1::date and $2::date
where (select count(distinct slice) from _run_streams
       where stream = $5 and status = 'complete' and slice::date between $1::date and $2::date) = $2::date - $1::date + 1
group by their.number
order by case when their.number ~ '^[0-9]+$' then their.number::numeric end nulls last, their.number collate "C"
