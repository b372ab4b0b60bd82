-- Open-to-buy at retail, by class and month:
--
--   open to buy = planned end stock + planned sales + planned markdowns - opening stock - on order
--
-- The first month is the one of the last pull of stock: its opening is the stock at that moment, and what was sold and
-- marked down already is taken off its plan. A later month opens with the end that is planned for the one before. Orders
-- whose delivery month has passed, or that name none, are expected in the first month.
--
-- The plan is open_to_buy_plan. Where it says nothing of a class and month, sales and markdowns of the same month a year
-- earlier stand in, if they are in the warehouse, and the stock is to stay as it is; basis says which. With neither there
-- is no plan to measure against, and no open to buy.
create or replace view open_to_buy as
with first as (
  select date_trunc('month', business_date)::date as month, business_date from data_as_of
),
on_order as (
  select greatest(coalesce(lines.delivery_month, first.month), first.month) as month, lines.class_code,
         case when count(*) = count(lines.open_cost) then sum(lines.open_cost) else null end as cost, sum(lines.open_retail) as retail
  from open_order_lines as lines
  cross join first
  group by 1, 2
),
held as (
  select class_code, coalesce(sum(retail_on_hand), 0) as retail from stock group by class_code
),
months as (
  select each::date as month
  from first,
       generate_series(first.month,
                       greatest(first.month + interval '2 months', (select max(month) from on_order),
                                (select max(month) from open_to_buy_plan)),
                       interval '1 month') as each
),
grid as (
  select months.month, classes.class_code
  from months
  cross join (
    select class_code from item_master
    union select class_code from open_to_buy_plan
    -- What is on order, or in stock, of no item that is known has no class either.
    union select class_code from on_order
    union select class_code from held
  ) as classes
),
sold as (
  select class_code, sum(net_sales) as net_sales, sum(net_markdowns) as net_markdowns
  from sales, first
  where sales.business_date between first.month and first.business_date
  group by class_code
),
-- Before its first day a history is silent, which does not mean that nothing was sold.
last_year as (
  select (date_trunc('month', business_date) + interval '1 year')::date as month, class_code,
         sum(net_sales) as net_sales, sum(net_markdowns) as net_markdowns
  from sales
  where business_date >= (select (date_trunc('month', min(business_date) - 1) + interval '1 month')::date from sales_daily)
  group by 1, 2
),
planned as (
  select grid.month, grid.class_code,
         case when plan.month is not null then 'plan' when last_year.month is not null then 'last_year' end as basis,
         coalesce(plan.planned_sales, last_year.net_sales) as planned_sales,
         coalesce(plan.planned_markdowns, last_year.net_markdowns) as planned_markdowns,
         coalesce(plan.planned_end_stock, earlier.planned_end_stock, held.retail, 0) as planned_end_stock
  from grid
  left join open_to_buy_plan as plan on plan.month = grid.month and plan.class_code = grid.class_code
  left join last_year on last_year.month = grid.month and last_year.class_code is not distinct from grid.class_code
  left join held on held.class_code is not distinct from grid.class_code
  left join lateral (
    select before.planned_end_stock
    from open_to_buy_plan as before, first
    where before.class_code = grid.class_code and before.month < grid.month and before.month >= first.month
    order by before.month desc
    limit 1
  ) as earlier on true
)
select planned.month,
       planned.class_code,
       planned.basis,
       round(planned.planned_sales, 2) as planned_sales,
       round(planned.planned_markdowns, 2) as planned_markdowns,
       round(case when planned.month = first.month then coalesce(sold.net_sales, 0) else 0 end, 2) as net_sales_so_far,
       round(case when planned.month = first.month then coalesce(held.retail, 0)
                  else lag(planned.planned_end_stock) over by_month end, 2) as opening_stock,
       round(coalesce(on_order.retail, 0), 2) as on_order_retail,
       case when on_order.month is null then 0.00 else round(on_order.cost, 2) end as on_order_cost,
       case when planned.basis is not null then round(planned.planned_end_stock, 2) end as planned_end_stock,
       case when planned.basis is not null then round(
         planned.planned_end_stock
         + case when planned.month = first.month then greatest(planned.planned_sales - coalesce(sold.net_sales, 0), 0)
                else planned.planned_sales end
         + case when planned.month = first.month then greatest(planned.planned_markdowns - coalesce(sold.net_markdowns, 0), 0)
                else planned.planned_markdowns end
         - case when planned.month = first.month then coalesce(held.retail, 0)
                else lag(planned.planned_end_stock) over by_month end
         - coalesce(on_order.retail, 0), 2)
       end as open_to_buy
from planned
cross join first
left join held on held.class_code is not distinct from planned.class_code
left join sold on sold.class_code is not distinct from planned.class_code
left join on_order on on_order.month = planned.month and on_order.class_code is not distinct from planned.class_code
window by_month as (partition by planned.class_code order by planned.month);
comment on view open_to_buy is 'How much may still be bought, at retail, by class and month: planned end stock + planned sales + planned markdowns - opening stock - on order';
comment on column open_to_buy.month is 'First day of the month';
comment on column open_to_buy.class_code is 'Class code; null for items without one';
comment on column open_to_buy.basis is 'plan: from open_to_buy_plan; last_year: the same month a year earlier stands in; null: there is neither';
comment on column open_to_buy.planned_sales is 'Net sales planned for the whole month';
comment on column open_to_buy.planned_markdowns is 'Markdowns planned for the whole month';
comment on column open_to_buy.net_sales_so_far is 'Net sales of the month that is running, up to the last pull; taken off its plan';
comment on column open_to_buy.opening_stock is 'Stock at retail: of now for the first month, else the planned end of the month before';
comment on column open_to_buy.on_order_retail is 'Open purchase orders to be delivered in the month, at current prices; overdue ones in the first';
comment on column open_to_buy.on_order_cost is 'The same at cost; null where a part of it is not known';
comment on column open_to_buy.planned_end_stock is 'Stock wanted at the end of the month, at retail';
comment on column open_to_buy.open_to_buy is 'What is left to buy, at retail; below zero where too much is bought already; null without a plan';
