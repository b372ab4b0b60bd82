-- Grain: one row for each level, location and class code of Heartland's control totals. A figure is
-- null where Heartland gave none.
create temporary table _month_control_totals (
  level    text not null,  -- class, location, all
  location text not null,  -- empty where there is none, and at level all
  code     text not null,  -- as items have it; empty where they have none, and at other levels
  begin_units numeric,
  begin_cost numeric,
  begin_retail numeric,
  sold_units numeric,
  sold_margin numeric,
  sold_retail numeric,
  markdowns_retail numeric,
  end_units numeric,
  end_cost numeric,
  end_retail numeric,
  on_order_units numeric,
  on_order_retail numeric
) on commit drop
