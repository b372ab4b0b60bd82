-- The stores of the feed, and the items of the feed with what became of their UPC. Gone with the transaction.
-- safety: pieces held back; of an item only where the item or its class says so.
create temporary table locally_stores (
  locally_id      text    not null,
  location_id     bigint  not null primary key,
  location_number text    not null,
  safety          integer not null
) on commit drop;

create temporary table locally_items (
  item_id bigint not null primary key,
  upc     text collate "C",
  refusal text,
  mend    text,
  price   numeric,
  active  boolean not null,
  safety  integer
) on commit drop;

create temporary table locally_promised (
  locally_id text             not null,
  upc        text collate "C" not null,
  qty        numeric          not null,
  primary key (locally_id, upc)
) on commit drop;
