-- Grain: as _month_control_totals (create-control-totals.sql).
copy _month_control_totals (
  level, location, code, begin_units, begin_cost, begin_retail, sold_units, sold_margin,
  sold_retail, markdowns_retail, end_units, end_cost, end_retail, on_order_units, on_order_retail
) from stdin
