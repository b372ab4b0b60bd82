-- Locations with figures that are not in the file, and what is at stake at each.
-- $1 location numbers in Heartland that are exported
select fact.location,
       (select name from locations where public_id = fact.location order by id limit 1) as name,
       coalesce(sum(units) filter (where figure = 'begin'), 0) as begin_units,
       coalesce(sum(units) filter (where figure = 'end'), 0) as end_units,
       coalesce(sum(cost) filter (where figure = 'end'), 0) as end_cost,
       coalesce(sum(retail) filter (where figure = 'end'), 0) as end_retail,
       coalesce(sum(units) filter (where figure = 'received'), 0) as received_units,
       coalesce(sum(cost) filter (where figure = 'received'), 0) as received_cost,
       coalesce(sum(units) filter (where figure = 'sold'), 0) as sold_units,
       coalesce(sum(retail) filter (where figure = 'sold'), 0) as net_sales,
       coalesce(sum(units) filter (where figure = 'on_order'), 0) as on_order_units,
       coalesce(sum(cost) filter (where figure = 'on_order'), 0) as on_order_cost
from _month_facts as fact
where location <> all($1::text[]) and figure not in ('handed_over', 'changed')
group by fact.location
order by case when fact.location ~ '^[0-9]+$' then fact.location::numeric end nulls last, fact.location collate "C"
