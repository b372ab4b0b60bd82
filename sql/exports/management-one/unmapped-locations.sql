-- Grain: one row for each location with figures that is not exported; '' is no number.
-- $1 exported location numbers in Heartland
select location,
       (select name from locations where public_id = stake.location order by id limit 1) as name,
       sum(begin_units) as begin_units,
       sum(end_units) as end_units,
       sum(end_cost) as end_cost,
       sum(end_retail) as end_retail,
       sum(received_units) as received_units,
       sum(received_cost) as received_cost,
       sum(sold_units) as sold_units,
       sum(net_sales) as net_sales,
       sum(on_order_units) as on_order_units,
       sum(on_order_cost) as on_order_cost
from _month_at_stake as stake
where location <> all($1::text[])
group by location
order by case when location ~ '^[0-9]+$' then location::numeric end nulls last, location collate "C"
