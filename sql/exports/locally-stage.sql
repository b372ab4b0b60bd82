-- The stores of the feed, and the items of the feed with what became of their UPC. Gone with the transaction.
-- safety: pieces held back, null where none are; of an item only where the item or its class says so. Numeric as the
-- quantities are, so that nothing is converted millions of times; for the same reason prices are rounded here, once.
create temporary table locally_stores (
  locally_id      text    not null,
  location_id     bigint  not null primary key,
  location_number text    not null,
  safety          numeric
) on commit drop;

-- is_alone: what a store has of it is one row of stock, because no other item has its UPC and no store has a second
-- location; and no order waits for it.
create temporary table locally_items (
  item_id  bigint  not null primary key,
  upc      text    collate "C",
  refusal  text,
  mend     text,
  price    numeric,
  rounded  numeric generated always as (round(price, 2)) stored,
  active   boolean not null,
  safety   numeric,
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

-- What is not as it was, or not as it is in the store. change: Locally has not had the product yet (new), it is no
-- longer there (gone), there again (back), or was sent as zero for long enough (over). hidden: pieces that are there
-- while none are sent, because what is left of them is held back.
create temporary table locally_noted (
  locally_id text             not null,
  upc        text collate "C" not null,
  change     text,
  hidden     numeric
) on commit drop;
