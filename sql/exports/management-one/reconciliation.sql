-- Grain: one row for each grand total, and for each figure of a location (with or without a class)
-- that differs from Heartland's control total.
with class_figures as not materialized (
  -- Heartland's totals leave out what is on order without a location.
  select 'class' as level, location, code,
         begin_units,
         begin_cost,
         begin_retail,
         sold_units,
         sold_cost,
         sold_retail,
         markdowns_retail,
         end_units,
         end_cost,
         end_retail,
         case when location = '' then 0 else on_order_units end as on_order_units,
         case when location = '' then 0 else on_order_retail end as on_order_retail
  from _month_cells
),
location_figures as (
  select 'location' as level, location, '' as code,
         sum(begin_units) as begin_units,
         sum(begin_cost) as begin_cost,
         sum(begin_retail) as begin_retail,
         sum(sold_units) as sold_units,
         sum(sold_cost) as sold_cost,
         sum(sold_retail) as sold_retail,
         sum(markdowns_retail) as markdowns_retail,
         sum(end_units) as end_units,
         sum(end_cost) as end_cost,
         sum(end_retail) as end_retail,
         sum(on_order_units) as on_order_units,
         sum(on_order_retail) as on_order_retail
  from class_figures
  group by location
),
ours as (
  select * from class_figures
  union all
  select * from location_figures
  union all
  select 'all', '', '',
         sum(begin_units),
         sum(begin_cost),
         sum(begin_retail),
         sum(sold_units),
         sum(sold_cost),
         sum(sold_retail),
         sum(markdowns_retail),
         sum(end_units),
         sum(end_cost),
         sum(end_retail),
         sum(on_order_units),
         sum(on_order_retail)
  from location_figures
),
theirs as (
  select *, coalesce(sold_retail, 0) - coalesce(sold_margin, 0) as sold_cost
  from _month_control_totals
)
select level, location, code, figure.metric, figure.ours, figure.theirs,
       figure.ours - figure.theirs as difference
from ours
full join theirs using (level, location, code)
cross join lateral (values
  ('begin_units', coalesce(ours.begin_units, 0), coalesce(theirs.begin_units, 0)),
  ('begin_cost', coalesce(ours.begin_cost, 0), coalesce(theirs.begin_cost, 0)),
  ('begin_retail', coalesce(ours.begin_retail, 0), coalesce(theirs.begin_retail, 0)),
  ('sold_units', coalesce(ours.sold_units, 0), coalesce(theirs.sold_units, 0)),
  ('sold_cost', coalesce(ours.sold_cost, 0), coalesce(theirs.sold_cost, 0)),
  ('sold_retail', coalesce(ours.sold_retail, 0), coalesce(theirs.sold_retail, 0)),
  ('markdowns_retail', coalesce(ours.markdowns_retail, 0), coalesce(theirs.markdowns_retail, 0)),
  ('end_units', coalesce(ours.end_units, 0), coalesce(theirs.end_units, 0)),
  ('end_cost', coalesce(ours.end_cost, 0), coalesce(theirs.end_cost, 0)),
  ('end_retail', coalesce(ours.end_retail, 0), coalesce(theirs.end_retail, 0)),
  ('on_order_units', coalesce(ours.on_order_units, 0), coalesce(theirs.on_order_units, 0)),
  ('on_order_retail', coalesce(ours.on_order_retail, 0), coalesce(theirs.on_order_retail, 0))
) as figure (metric, ours, theirs)
-- Nearly all rows match, so whole rows are compared before their single figures.
where (
    level = 'all'
    or coalesce(ours.begin_units, 0) <> coalesce(theirs.begin_units, 0)
    or coalesce(ours.begin_cost, 0) <> coalesce(theirs.begin_cost, 0)
    or coalesce(ours.begin_retail, 0) <> coalesce(theirs.begin_retail, 0)
    or coalesce(ours.sold_units, 0) <> coalesce(theirs.sold_units, 0)
    or coalesce(ours.sold_cost, 0) <> coalesce(theirs.sold_cost, 0)
    or coalesce(ours.sold_retail, 0) <> coalesce(theirs.sold_retail, 0)
    or coalesce(ours.markdowns_retail, 0) <> coalesce(theirs.markdowns_retail, 0)
    or coalesce(ours.end_units, 0) <> coalesce(theirs.end_units, 0)
    or coalesce(ours.end_cost, 0) <> coalesce(theirs.end_cost, 0)
    or coalesce(ours.end_retail, 0) <> coalesce(theirs.end_retail, 0)
    or coalesce(ours.on_order_units, 0) <> coalesce(theirs.on_order_units, 0)
    or coalesce(ours.on_order_retail, 0) <> coalesce(theirs.on_order_retail, 0)
  )
  and (level = 'all' or round(figure.ours - figure.theirs, 2) <> 0)
