-- Sales, as Heartland's help centre defines them (SUP-94581): net sales = gross sales - net markdowns - gross returns,
-- without tax; margin = net sales - average cost at the time of sale. Credited to the location that handed the goods
-- over (location sales). A class or vendor is the one that the item has today, as in Heartland's own reports; for
-- the one it had then, see item_history. Costs are pulled apart: a margin from before the sales of its row last changed is the
-- margin of other sales, and is not known.
create or replace view sales as
select sold.business_date,
       sold.location_number,
       location.location,
       sold.item_number,
       item.item_id,
       item.description,
       item.class_code,
       item.vendor_number,
       item.vendor,
       coalesce(sold.net_qty_sold, 0)       as net_qty_sold,
       coalesce(sold.gross_qty_sold, 0)     as gross_qty_sold,
       coalesce(sold.gross_qty_returned, 0) as gross_qty_returned,
       coalesce(sold.gross_sales, 0)        as gross_sales,
       coalesce(sold.net_markdowns, 0)      as net_markdowns,
       coalesce(sold.gross_returns, 0)      as gross_returns,
       coalesce(sold.net_sales, 0)          as net_sales,
       coalesce(sold.net_sales, 0) - margin.net_margin as cost_of_sales,
       margin.net_margin,
       case when margin.net_margin is not null then coalesce(sold.net_sales, 0) end as net_sales_with_cost
from sales_daily as sold
left join (select slice, max(run_id) as run_id
           from _run_streams
           where stream = 'sales_margin_daily' and status = 'complete'
           group by slice) as costs_pulled on costs_pulled.slice = sold.business_date::text
left join sales_margin_daily as margin
       on (margin.business_date, margin.location_number, margin.item_number)
        = (sold.business_date, sold.location_number, sold.item_number)
      and margin._deleted_at is null
      and costs_pulled.run_id >= sold._run_id
left join _item_of_number as item on item.item_number = sold.item_number
left join _location_of_number as location on location.location_number = sold.location_number
where sold._deleted_at is null;
comment on view sales is 'Sales a day, location and item, with the item’s class and vendor';
comment on column sales.business_date is 'The store’s own day';
comment on column sales.location_number is 'Location number';
comment on column sales.location is 'Name of the location';
comment on column sales.item_number is 'Item number';
comment on column sales.item_id is 'Item; null where Heartland no longer knows the number';
comment on column sales.description is 'Short description of the item';
comment on column sales.class_code is 'Class code of the item today';
comment on column sales.vendor_number is 'Number of the item’s vendor today';
comment on column sales.vendor is 'Name of that vendor';
comment on column sales.net_qty_sold is 'Units sold less units returned';
comment on column sales.gross_qty_sold is 'Units sold, returns not taken off';
comment on column sales.gross_qty_returned is 'Units returned';
comment on column sales.gross_sales is 'Sold at original price, returns not taken off';
comment on column sales.net_markdowns is 'Original price less selling price of what was sold, net of returns';
comment on column sales.gross_returns is 'Returned at original price';
comment on column sales.net_sales is 'Gross sales less markdowns and returns, without tax';
comment on column sales.cost_of_sales is 'Average cost at the time of sale; null where it is not known, as without the permission for costs, or until their pull has followed that of the sales';
comment on column sales.net_margin is 'Net sales less cost of sales; null where the cost is not known';
comment on column sales.net_sales_with_cost is 'Net sales where their cost is known, else null: what margins of several rows are divided by, never by net_sales';
