-- The stores of the feed, and the items of the feed with what became of their UPC. Gone with the transaction.
-- safety: pieces held back; of an item only where the item or its class says so.
create temporary table locally_stores (
  locally_id      text    not null,
  location_id     bigint  not null primary key,
  location_number text    not null,
  safety          integer not null
) on commit drop;

-- is_alone: what a store has of it is one row of stock, because no other item has its UPC and no store has a second
-- location.
create temporary table locally_items (
  item_id  bigint  not null primary key,
  upc      text    collate "C",
  refusal  text,
  mend     text,
  price    numeric,
  active   boolean not null,
  safety   integer,
  is_alone boolean not null default true
) on commit drop;

create temporary table locally_promised (
  locally_id text             not null,
  upc        text collate "C" not null,
  qty        numeric          not null,
  primary key (locally_id, upc)
) on commit drop;

-- What the statement that makes a store's lines saw on its way, so that nobody reads them a second time.
-- wrong: a UPC with a figure that is no number; then nothing may leave.
create temporary table locally_made (
  locally_id text    not null primary key,
  rows       integer not null,
  units      numeric not null,
  gone_rows  integer not null,
  wrong      text
) on commit drop;

-- Products that Locally has not had yet (new), that are no longer there (gone), there again (back), or sent as zero for
-- long enough (over).
create temporary table locally_changes (
  locally_id text             not null,
  upc        text collate "C" not null,
  change     text             not null
) on commit drop;

-- Products that are there and were sent as none, because what is left of them is held back.
create temporary table locally_hidden (
  locally_id text             not null,
  upc        text collate "C" not null,
  qty_there  numeric          not null
) on commit drop;
