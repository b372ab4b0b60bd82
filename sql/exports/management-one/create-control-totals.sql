-- What Heartland summed itself: at each location and class, by location, and in all. Null where it said nothing.
create temporary table _month_answers (
  level    text not null,  -- class, location, all
  location text not null,  -- empty where there is none, and in all
  code     text not null,  -- class code as items have it; empty where they have none, and where it was not asked by class
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
