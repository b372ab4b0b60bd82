-- What Locally may know of each store. Nothing that Locally publishes says whether a product that is missing from a
-- feed becomes zero or keeps its last quantity, so what was listed once and is gone is sent as an explicit zero.

create table _locally_feed_products (
  locally_id text             not null,
  upc        text collate "C" not null,
  gone_since date,
  primary key (locally_id, upc)
);
comment on table _locally_feed_products is 'Products that Locally has, or may have, from a feed of ours; written before a feed is sent';
comment on column _locally_feed_products.locally_id is 'Locally store id';
comment on column _locally_feed_products.gone_since is 'First feed that sent it as an explicit zero because it was no longer in the store''s inventory; null while it is there';
