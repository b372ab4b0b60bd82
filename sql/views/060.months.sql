-- Month by month, from the month ends that were pulled. A month is here once its last day was.
-- Units and cost at the beginning are those at the end of the month before; null where that was not pulled.
-- Costs are pulled apart: one from before the stock of its row last changed is the cost of other stock, and is not known.
create or replace view _month_end_costs as
select cost.as_of_date, cost.location_number, cost.item_number, cost.cost_owned, cost.cost_on_hand, pulled.run_id as pulled_in
from inventory_cost_month_end as cost
join (select slice, max(run_id) as run_id
      from _run_streams
      where stream = 'inventory_cost_month_end' and status = 'complete'
      group by slice) as pulled on pulled.slice = cost.as_of_date::text
where cost._deleted_at is null;
comment on view _month_end_costs is 'What the stock of month ends cost, and which run read it last';
comment on column _month_end_costs.as_of_date is 'Last day of the month';
comment on column _month_end_costs.location_number is 'Location number';
comment on column _month_end_costs.item_number is 'Item number';
comment on column _month_end_costs.cost_owned is 'Cost of what is owned';
comment on column _month_end_costs.cost_on_hand is 'Cost of what is there';
comment on column _month_end_costs.pulled_in is 'Last run that pulled the costs of that day';

create or replace view stock_at_month_end as
select held.as_of_date,
       held.location_number,
       location.location,
       held.item_number,
       item.item_id,
       item.class_code,
       history.class_code as class_code_then,
       item.vendor_number,
       item.vendor,
       held.qty_owned,
       held.qty_on_hand,
       cost.cost_owned,
       cost.cost_on_hand,
       held.price_on_hand as retail_on_hand,
       history.price as price_then,
       held.qty_on_hand * history.price as retail_on_hand_then
from inventory_month_end as held
cross join _setting as setting
left join _month_end_costs as cost
       on (cost.as_of_date, cost.location_number, cost.item_number)
        = (held.as_of_date, held.location_number, held.item_number)
      and cost.pulled_in >= held._run_id
left join _item_of_number as item on item.item_number = held.item_number
left join _location_of_number as location on location.location_number = held.location_number
left join item_history as history
       on history.item_id = item.item_id
      and (history.valid_from < (held.as_of_date + 1)::timestamp at time zone setting.timezone or history.version = 1)
      and (history.valid_to >= (held.as_of_date + 1)::timestamp at time zone setting.timezone
           or history.valid_to is null)
where held._deleted_at is null;
comment on view stock_at_month_end is 'Stock at the end of each month that was pulled, with class and price as they are today and as they were then';
comment on column stock_at_month_end.as_of_date is 'End of this day, in the location’s own time zone';
comment on column stock_at_month_end.location_number is 'Location number';
comment on column stock_at_month_end.location is 'Name of the location';
comment on column stock_at_month_end.item_number is 'Item number';
comment on column stock_at_month_end.item_id is 'Item';
comment on column stock_at_month_end.class_code is 'Class code of the item today';
comment on column stock_at_month_end.class_code_then is 'Class code at that time, as far back as it was recorded; before that, the first one known';
comment on column stock_at_month_end.vendor_number is 'Number of the item’s vendor today';
comment on column stock_at_month_end.vendor is 'Name of that vendor';
comment on column stock_at_month_end.qty_owned is 'Units owned';
comment on column stock_at_month_end.qty_on_hand is 'Units physically there';
comment on column stock_at_month_end.cost_owned is 'Cost of what is owned; null where the token may not see costs';
comment on column stock_at_month_end.cost_on_hand is 'Cost of what is there';
comment on column stock_at_month_end.retail_on_hand is 'Retail value as Heartland gave it: at the price when it was pulled';
comment on column stock_at_month_end.price_then is 'Price at that time, as far back as it was recorded; before that, the first one known';
comment on column stock_at_month_end.retail_on_hand_then is 'Units on hand at that price';

create or replace view item_months as
with month_ends as (
  select ends.as_of_date,
         exists (select from inventory_cost_month_end as cost where cost.as_of_date = ends.as_of_date) as is_cost_known
  from (select distinct as_of_date from inventory_month_end) as ends
  where ends.as_of_date = (date_trunc('month', ends.as_of_date) + interval '1 month - 1 day')::date
),
months as (
  select date_trunc('month', ends.as_of_date)::date as month,
         ends.as_of_date as ends_on, ends.is_cost_known as is_end_cost_known,
         begins.as_of_date as begins_on, begins.is_cost_known as is_begin_cost_known
  from month_ends as ends
  left join month_ends as begins on begins.as_of_date = date_trunc('month', ends.as_of_date)::date - 1
),
facts as (
  select months.month, held.location_number, held.item_number,
         held.qty_owned as begin_qty, cost.cost_owned as begin_cost, 0 as net_qty_sold, 0 as net_sales,
         0 as cost_of_sales, 0 as net_margin, true as is_margin_known, 0 as end_qty, 0 as end_cost,
         held.qty_owned = 0 or cost.cost_owned is not null as is_begin_known, true as is_end_known
  from months
  join inventory_month_end as held on held.as_of_date = months.begins_on and held._deleted_at is null
  left join _month_end_costs as cost
         on (cost.as_of_date, cost.location_number, cost.item_number)
          = (held.as_of_date, held.location_number, held.item_number)
         and cost.pulled_in >= held._run_id
  union all
  select months.month, held.location_number, held.item_number, 0, 0, 0, 0, 0, 0, true, held.qty_owned, cost.cost_owned,
         true, held.qty_owned = 0 or cost.cost_owned is not null
  from months
  join inventory_month_end as held on held.as_of_date = months.ends_on and held._deleted_at is null
  left join _month_end_costs as cost
         on (cost.as_of_date, cost.location_number, cost.item_number)
          = (held.as_of_date, held.location_number, held.item_number)
         and cost.pulled_in >= held._run_id
  union all
  select months.month, sales.location_number, sales.item_number, 0, 0,
         sales.net_qty_sold, sales.net_sales, sales.cost_of_sales, sales.net_margin, sales.net_margin is not null, 0, 0,
         true, true
  from months
  join sales on sales.business_date between months.month and months.ends_on
),
summed as (
  select month, location_number, item_number,
         sum(begin_qty) as begin_qty,
         case when bool_and(is_begin_known) then coalesce(sum(begin_cost), 0) end as begin_cost,
         sum(net_qty_sold) as net_qty_sold, sum(net_sales) as net_sales,
         case when bool_and(is_margin_known) then sum(cost_of_sales) end as cost_of_sales,
         case when bool_and(is_margin_known) then sum(net_margin) end as net_margin,
         sum(end_qty) as end_qty,
         case when bool_and(is_end_known) then coalesce(sum(end_cost), 0) end as end_cost
  from facts
  group by month, location_number, item_number
)
select summed.month,
       summed.location_number,
       location.location,
       summed.item_number,
       item.item_id,
       item.class_code,
       item.vendor_number,
       item.vendor,
       case when months.begins_on is not null then summed.begin_qty end as begin_qty,
       case when months.is_begin_cost_known then summed.begin_cost end  as begin_cost,
       summed.net_qty_sold,
       summed.net_sales,
       summed.cost_of_sales,
       summed.net_margin,
       summed.end_qty,
       case when months.is_end_cost_known then summed.end_cost end      as end_cost
from summed
join months on months.month = summed.month
left join _item_of_number as item on item.item_number = summed.item_number
left join _location_of_number as location on location.location_number = summed.location_number;
comment on view item_months is 'Each month of each item and location: stock at both ends and what was sold between them';
comment on column item_months.month is 'First day of the month';
comment on column item_months.location_number is 'Location number';
comment on column item_months.location is 'Name of the location';
comment on column item_months.item_number is 'Item number';
comment on column item_months.item_id is 'Item';
comment on column item_months.class_code is 'Class code of the item today';
comment on column item_months.vendor_number is 'Number of the item’s vendor today';
comment on column item_months.vendor is 'Name of that vendor';
comment on column item_months.begin_qty is 'Units owned at its beginning';
comment on column item_months.begin_cost is 'Their cost';
comment on column item_months.net_qty_sold is 'Units sold less units returned';
comment on column item_months.net_sales is 'Net sales';
comment on column item_months.cost_of_sales is 'Average cost at the time of sale';
comment on column item_months.net_margin is 'Net sales less cost of sales';
comment on column item_months.end_qty is 'Units owned at its end';
comment on column item_months.end_cost is 'Their cost';

-- Sell-through = location net qty sold / (ending qty owned + location net qty sold) (Heartland help centre, SUP-94610).
create or replace view sell_through as
select month,
       location_number,
       location,
       class_code,
       trim_scale(sum(net_qty_sold)) as net_qty_sold,
       trim_scale(sum(end_qty)) as end_qty,
       round(sum(net_qty_sold) / nullif(sum(end_qty) + sum(net_qty_sold), 0), 4) as sell_through
from item_months
group by month, location_number, location, class_code;
comment on view sell_through is 'Share of the goods of a month that was sold in it, by location and class: units sold / (units left + units sold)';
comment on column sell_through.month is 'First day of the month';
comment on column sell_through.location_number is 'Location number';
comment on column sell_through.location is 'Name of the location';
comment on column sell_through.class_code is 'Class code of the item today';
comment on column sell_through.net_qty_sold is 'Units sold less units returned';
comment on column sell_through.end_qty is 'Units owned at the end of the month';
comment on column sell_through.sell_through is '0.25 means that a quarter was sold';

-- Heartland does not publish its formula of turn. This one is the usual: cost of sales / average inventory at cost,
-- the average being that of the beginning and the end of the month; a year's turn is that times twelve. GMROI (gross
-- margin return on investment) is margin / the same average.
create or replace view inventory_turn as
with summed as (
  select month, location_number, location, class_code,
         case when count(*) = count(cost_of_sales) then sum(cost_of_sales) end as cost_of_sales,
         case when count(*) = count(net_margin) then sum(net_margin) end as net_margin,
         case when count(*) = count(begin_cost) and count(*) = count(end_cost)
              then (sum(begin_cost) + sum(end_cost)) / 2 end as average_cost
  from item_months
  group by month, location_number, location, class_code
)
select month,
       location_number,
       location,
       class_code,
       round(cost_of_sales, 2) as cost_of_sales,
       round(net_margin, 2)    as net_margin,
       round(average_cost, 2)  as average_cost,
       round(cost_of_sales / nullif(average_cost, 0), 4)      as turn,
       round(cost_of_sales * 12 / nullif(average_cost, 0), 2) as yearly_turn,
       round(net_margin / nullif(average_cost, 0), 4)         as gmroi,
       cost_of_sales is not null and net_margin is not null and average_cost is not null as is_known
from summed;
comment on view inventory_turn is 'How often the stock of a month was sold in it, at cost, by location and class; null where costs or the month end before are not known';
comment on column inventory_turn.month is 'First day of the month';
comment on column inventory_turn.location_number is 'Location number';
comment on column inventory_turn.location is 'Name of the location';
comment on column inventory_turn.class_code is 'Class code of the item today';
comment on column inventory_turn.cost_of_sales is 'Average cost at the time of sale';
comment on column inventory_turn.net_margin is 'Net sales less cost of sales';
comment on column inventory_turn.average_cost is 'Cost of stock: mean of the beginning and the end of the month; null where a part of it is not known';
comment on column inventory_turn.turn is 'Cost of sales divided by average cost';
comment on column inventory_turn.yearly_turn is 'What that comes to in a year';
comment on column inventory_turn.gmroi is 'Margin divided by average cost';
comment on column inventory_turn.is_known is 'Whether cost of sales, margin and average cost are all known: add up rows of these alone, and divide then';
