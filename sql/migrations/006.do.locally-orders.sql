-- Orders that shoppers placed on Locally. Until the store rings them up, Heartland does not know of them, and the next
-- feed would offer the same pieces again.

create table _locally_events (
  event_id     bigint generated always as identity primary key,
  received_at  timestamptz not null,
  body         bytea       not null,
  processed_at timestamptz,
  attempts     integer     not null default 0,
  problem      text
);
create index on _locally_events (event_id) where processed_at is null;
comment on table _locally_events is 'Every message that Locally sent with the right token, byte for byte';
comment on column _locally_events.problem is 'Why it could not be made use of, if so';

create table locally_orders (
  order_id   text primary key,
  locally_id text,
  placed_at  timestamptz not null,
  respond_by timestamptz not null,
  cart       jsonb
);
comment on table locally_orders is 'Orders from Locally';
comment on column locally_orders.locally_id is 'Locally store id; null while it is not known, and then every store holds the pieces back';
comment on column locally_orders.placed_at is 'As Locally says, else when we first heard of it';
comment on column locally_orders.respond_by is 'Until then the store must answer: business hours, from the configuration';
comment on column locally_orders.cart is 'The cart as it was last fetched from Locally';

create table locally_order_lines (
  order_id text             not null references locally_orders on delete cascade,
  upc      text collate "C" not null,
  qty      numeric          not null,
  price    numeric,
  status   text             not null,
  phase    text             not null check (phase in ('ordered', 'confirmed', 'completed', 'ended')),
  primary key (order_id, upc)
);
comment on table locally_order_lines is 'Products of the orders; pieces are held back from the feed until the sale is in Heartland or the line ended';
comment on column locally_order_lines.status is 'In Locally''s word';
comment on column locally_order_lines.phase is 'What the word means; a line never goes back to an earlier one, in whatever order messages arrive';

create table locally_order_history (
  order_id text        not null references locally_orders on delete cascade,
  upc      text        not null,
  at       timestamptz not null,
  status   text        not null,
  phase    text        not null,
  event_id bigint      not null references _locally_events,
  primary key (order_id, upc, event_id)
);
comment on table locally_order_history is 'Each change of an order line, with the message that brought it';
