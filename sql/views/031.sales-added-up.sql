-- Sales added up: money to the cent, units without idle decimals. A margin is left out rather than be too small, where that of
-- any row in it is not known; net_sales_with_cost is left out with it, so that both can be added up further and divided.
create or replace view sales_by_day as
select sales.business_date,
       trim_scale(sum(sales.net_qty_sold)) as net_qty_sold,
       round(sum(sales.gross_sales), 2) as gross_sales,
       round(sum(sales.net_markdowns), 2) as net_markdowns,
       round(sum(sales.gross_returns), 2) as gross_returns,
       round(sum(sales.net_sales), 2) as net_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.cost_of_sales), 2) end as cost_of_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_margin), 2) end    as net_margin,
       case when count(*) = count(sales.net_margin)
            then round(sum(sales.net_margin) / nullif(sum(sales.net_sales), 0), 4) end          as net_margin_ratio,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_sales), 2) end     as net_sales_with_cost
from sales
group by sales.business_date;
comment on view sales_by_day is 'Sales a day, all locations together';
comment on column sales_by_day.business_date is 'The store’s own day';
comment on column sales_by_day.net_qty_sold is 'Units sold less units returned';
comment on column sales_by_day.gross_sales is 'Sold at original price, returns not taken off';
comment on column sales_by_day.net_markdowns is 'Original price less selling price of what was sold, net of returns';
comment on column sales_by_day.gross_returns is 'Returned at original price';
comment on column sales_by_day.net_sales is 'Gross sales less markdowns and returns, without tax';
comment on column sales_by_day.cost_of_sales is 'Average cost at the time of sale; null where a part of it is not known';
comment on column sales_by_day.net_margin is 'Net sales less cost of sales; null where a part of it is not known';
comment on column sales_by_day.net_margin_ratio is 'Margin divided by net sales; of several rows, divide the sum of net_margin by that of net_sales_with_cost';
comment on column sales_by_day.net_sales_with_cost is 'Net sales where all of their cost is known, else null: what margins of several rows are divided by, never by net_sales';

create or replace view sales_by_location as
select sales.business_date,
       sales.location_number,
       sales.location,
       trim_scale(sum(sales.net_qty_sold)) as net_qty_sold,
       round(sum(sales.gross_sales), 2) as gross_sales,
       round(sum(sales.net_markdowns), 2) as net_markdowns,
       round(sum(sales.gross_returns), 2) as gross_returns,
       round(sum(sales.net_sales), 2) as net_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.cost_of_sales), 2) end as cost_of_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_margin), 2) end    as net_margin,
       case when count(*) = count(sales.net_margin)
            then round(sum(sales.net_margin) / nullif(sum(sales.net_sales), 0), 4) end          as net_margin_ratio,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_sales), 2) end     as net_sales_with_cost
from sales
group by sales.business_date, sales.location_number, sales.location;
comment on view sales_by_location is 'Sales a day and location';
comment on column sales_by_location.business_date is 'The store’s own day';
comment on column sales_by_location.location_number is 'Location number';
comment on column sales_by_location.location is 'Name of the location';
comment on column sales_by_location.net_qty_sold is 'Units sold less units returned';
comment on column sales_by_location.gross_sales is 'Sold at original price, returns not taken off';
comment on column sales_by_location.net_markdowns is 'Original price less selling price of what was sold, net of returns';
comment on column sales_by_location.gross_returns is 'Returned at original price';
comment on column sales_by_location.net_sales is 'Gross sales less markdowns and returns, without tax';
comment on column sales_by_location.cost_of_sales is 'Average cost at the time of sale; null where a part of it is not known';
comment on column sales_by_location.net_margin is 'Net sales less cost of sales; null where a part of it is not known';
comment on column sales_by_location.net_margin_ratio is 'Margin divided by net sales; of several rows, divide the sum of net_margin by that of net_sales_with_cost';
comment on column sales_by_location.net_sales_with_cost is 'Net sales where all of their cost is known, else null: what margins of several rows are divided by, never by net_sales';

create or replace view sales_by_class as
select sales.business_date,
       sales.location_number,
       sales.location,
       sales.class_code,
       trim_scale(sum(sales.net_qty_sold)) as net_qty_sold,
       round(sum(sales.gross_sales), 2) as gross_sales,
       round(sum(sales.net_markdowns), 2) as net_markdowns,
       round(sum(sales.gross_returns), 2) as gross_returns,
       round(sum(sales.net_sales), 2) as net_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.cost_of_sales), 2) end as cost_of_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_margin), 2) end    as net_margin,
       case when count(*) = count(sales.net_margin)
            then round(sum(sales.net_margin) / nullif(sum(sales.net_sales), 0), 4) end          as net_margin_ratio,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_sales), 2) end     as net_sales_with_cost
from sales
group by sales.business_date, sales.location_number, sales.location, sales.class_code;
comment on view sales_by_class is 'Sales a day, location and class';
comment on column sales_by_class.business_date is 'The store’s own day';
comment on column sales_by_class.location_number is 'Location number';
comment on column sales_by_class.location is 'Name of the location';
comment on column sales_by_class.class_code is 'Class code of the items today; null where they have none';
comment on column sales_by_class.net_qty_sold is 'Units sold less units returned';
comment on column sales_by_class.gross_sales is 'Sold at original price, returns not taken off';
comment on column sales_by_class.net_markdowns is 'Original price less selling price of what was sold, net of returns';
comment on column sales_by_class.gross_returns is 'Returned at original price';
comment on column sales_by_class.net_sales is 'Gross sales less markdowns and returns, without tax';
comment on column sales_by_class.cost_of_sales is 'Average cost at the time of sale; null where a part of it is not known';
comment on column sales_by_class.net_margin is 'Net sales less cost of sales; null where a part of it is not known';
comment on column sales_by_class.net_margin_ratio is 'Margin divided by net sales; of several rows, divide the sum of net_margin by that of net_sales_with_cost';
comment on column sales_by_class.net_sales_with_cost is 'Net sales where all of their cost is known, else null: what margins of several rows are divided by, never by net_sales';

create or replace view sales_by_vendor as
select sales.business_date,
       sales.location_number,
       sales.location,
       sales.vendor_number,
       sales.vendor,
       trim_scale(sum(sales.net_qty_sold)) as net_qty_sold,
       round(sum(sales.gross_sales), 2) as gross_sales,
       round(sum(sales.net_markdowns), 2) as net_markdowns,
       round(sum(sales.gross_returns), 2) as gross_returns,
       round(sum(sales.net_sales), 2) as net_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.cost_of_sales), 2) end as cost_of_sales,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_margin), 2) end    as net_margin,
       case when count(*) = count(sales.net_margin)
            then round(sum(sales.net_margin) / nullif(sum(sales.net_sales), 0), 4) end          as net_margin_ratio,
       case when count(*) = count(sales.net_margin) then round(sum(sales.net_sales), 2) end     as net_sales_with_cost
from sales
group by sales.business_date, sales.location_number, sales.location, sales.vendor_number, sales.vendor;
comment on view sales_by_vendor is 'Sales a day, location and vendor';
comment on column sales_by_vendor.business_date is 'The store’s own day';
comment on column sales_by_vendor.location_number is 'Location number';
comment on column sales_by_vendor.location is 'Name of the location';
comment on column sales_by_vendor.vendor_number is 'Vendor number; null where the items name no vendor';
comment on column sales_by_vendor.vendor is 'Name of the vendor';
comment on column sales_by_vendor.net_qty_sold is 'Units sold less units returned';
comment on column sales_by_vendor.gross_sales is 'Sold at original price, returns not taken off';
comment on column sales_by_vendor.net_markdowns is 'Original price less selling price of what was sold, net of returns';
comment on column sales_by_vendor.gross_returns is 'Returned at original price';
comment on column sales_by_vendor.net_sales is 'Gross sales less markdowns and returns, without tax';
comment on column sales_by_vendor.cost_of_sales is 'Average cost at the time of sale; null where a part of it is not known';
comment on column sales_by_vendor.net_margin is 'Net sales less cost of sales; null where a part of it is not known';
comment on column sales_by_vendor.net_margin_ratio is 'Margin divided by net sales; of several rows, divide the sum of net_margin by that of net_sales_with_cost';
comment on column sales_by_vendor.net_sales_with_cost is 'Net sales where all of their cost is known, else null: what margins of several rows are divided by, never by net_sales';
