-- Goods that left by sales, by the location that gave them: what stock must agree with where the file credits sales to
-- the location that made them.
-- $1 first day, $2 last day, $3 key of the custom field with the class code
insert into _month_facts (location, item, code, figure, units, cost, retail)
with class as (
  select distinct on (public_id) public_id as item, custom ->> $3::text as code
  from items
  where public_id is not null
  order by public_id, (_deleted_at is null) desc, id desc
)
select sold.location_number, sold.item_number, coalesce(min(class.code), ''), 'handed_over',
       sum(coalesce(sold.net_qty_sold, 0)),
       sum(coalesce(sold.net_sales, 0) - coalesce(margin.net_margin, sold.net_sales, 0)),
       sum(coalesce(sold.net_sales, 0))
from sales_daily as sold
left join sales_margin_daily as margin using (business_date, location_number, item_number)
left join class on class.item = sold.item_number
where business_date between $1::date and $2::date
group by 1, 2
