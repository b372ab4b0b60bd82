-- What a month is made of, item by item, for as long as one export is being made. Every later question is asked of it,
-- so that the file, its checks and its list of problems speak of the same figures.
create temporary table _month_facts (
  location text not null,  -- Heartland's location number; empty where there is none
  item     text not null,  -- item number
  code     text not null,  -- class code the item has now, as it is written; empty where it has none
  figure   text not null,  -- begin, received, returned, transfer, adjusted, sold, markdowns, handed_over, changed, end, on_order
  units    numeric not null,
  cost     numeric not null,
  retail   numeric not null
) on commit drop
