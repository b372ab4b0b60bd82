-- Locations with figures that the configuration does not know, and what is at stake at each.
-- $1 location numbers in the configuration
select fact.location,
       (select name from locations where public_id = fact.location order by id limit 1) as name,
       coalesce(sum(units) filter (where figure = 'end'), 0) as stock_units,
       coalesce(sum(cost) filter (where figure = 'end'), 0) as stock_cost,
       coalesce(sum(units) filter (where figure = 'sold'), 0) as sold_units,
       coalesce(sum(retail) filter (where figure = 'sold'), 0) as net_sales,
       coalesce(sum(units) filter (where figure = 'on_order'), 0) as on_order_units,
       coalesce(sum(cost) filter (where figure = 'on_order'), 0) as on_order_cost,
       array_agg(distinct figure) as figures
from _month_facts as fact
where location <> all($1::text[])
group by fact.location
order by fact.location collate "C"
