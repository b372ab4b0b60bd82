-- Grain: one row for each exported location, with its sales of an earlier month; none where a day
-- of it is not in the warehouse.
-- $1 first day, $2 last day
-- $3 exported location numbers in Heartland, $4 the number of each in the file
-- $5 the sales stream
-- :"sales" its table
select exported.number as location,
       coalesce(sum(sold.net_sales), 0) as "NetSales",
       coalesce(sum(sold.net_qty_sold), 0) as "SoldUnits",
       coalesce(sum(sold.net_markdowns), 0) as "Markdowns"
from unnest($3::text[], $4::text[]) as exported (location, number)
left join :"sales" as sold
  on sold.location_number = exported.location
 and sold.business_date between $1::date and $2::date
where (
  select count(distinct slice)
  from _run_streams
  where stream = $5 and status = 'complete' and slice::date between $1::date and $2::date
) = $2::date - $1::date + 1
group by exported.number
order by case when exported.number ~ '^[0-9]+$' then exported.number::numeric end nulls last,
         exported.number collate "C"
