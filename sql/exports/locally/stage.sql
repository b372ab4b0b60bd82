-- Temporary tables of a feed. They end with the transaction.

-- One row a location of the feed. safety: units held back, null where none are. Numeric as the
-- quantities are, so that nothing is converted millions of times.
create temporary table locally_stores (
  locally_id      text    not null,
  location_id     bigint  not null primary key,
  location_number text    not null,
  safety          numeric
) on commit drop;

-- One row an item of the feed, with its UPC, or why it has none (refusal), and what was fixed.
-- safety: only where the item or its class has a setting of its own. rounded: once, because each
-- price is needed in every store. is_alone: a store's stock of it is one row, because no other item
-- has its UPC, no store has a second location, and no order waits for it.
create temporary table locally_items (
  item_id  bigint  not null primary key,
  upc      text    collate "C",
  refusal  text,
  fix      text,
  price    numeric,
  rounded  numeric generated always as (round(price, 2)) stored,
  active   boolean not null,
  safety   numeric,
  is_alone boolean not null default true
) on commit drop;

-- One row a store and UPC: units that open orders wait for.
create temporary table locally_promised (
  locally_id text             not null,
  upc        text collate "C" not null,
  qty        numeric          not null,
  primary key (locally_id, upc)
) on commit drop;

-- One row a store: the counts of its lines, taken while they were written.
-- wrong: a UPC with a figure that is not a number, which holds the feed.
create temporary table locally_made (
  locally_id   text    not null primary key,
  rows         integer not null,
  units        numeric not null,
  removed_rows integer not null,
  wrong        text
) on commit drop;

-- One row a store and UPC that changed or is hidden. change: the product is new to Locally (new),
-- no longer in the feed (removed), in it again (back), or was sent as 0 for long enough (over).
-- hidden: units in stock where 0 is sent, because the rest is safety stock.
create temporary table locally_noted (
  locally_id text             not null,
  upc        text collate "C" not null,
  change     text,
  hidden     numeric
) on commit drop;
