-- The tables in which Tillstream records its own work for one merchant, and the tables that are filled from other sources
-- than Heartland. Tables with Heartland's records have no migration: they are created from the stream catalogue.
-- A leading underscore marks internal tables.

comment on table _migrations is 'The numbered changes of this schema';
comment on column _migrations.version is 'Number of the change';
comment on column _migrations.name is 'Subject of the change';
comment on column _migrations.md5 is 'Hash of its statements';
comment on column _migrations.run_at is 'When it was applied';

-- Runs

create table _runs (
  run_id      bigint generated always as identity primary key,
  command     text        not null,
  status      text        not null default 'running'
              check (status in ('running', 'done', 'incomplete', 'failed', 'held', 'undelivered', 'interrupted', 'crashed')),
  started_at  timestamptz not null default now(),
  finished_at timestamptz,
  exit_code   integer,
  message     text
);
comment on table _runs is 'One row for each run of a command';
comment on column _runs.run_id is 'Number of the run';
comment on column _runs.command is 'The command as typed';
comment on column _runs.status is 'How it ended; crashed: a later run found that it had stopped';
comment on column _runs.started_at is 'When it started';
comment on column _runs.finished_at is 'When it ended; null while it runs';
comment on column _runs.exit_code is 'Its exit code';
comment on column _runs.message is 'Its last message';

-- Every run locks this table until it ends.
create table _run_lock ();
comment on table _run_lock is 'Locked by the run in progress; always empty';

create table _run_streams (
  run_id         bigint      not null references _runs,
  stream         text        not null,
  slice          text        not null default '',
  status         text        not null check (status in ('complete', 'incomplete', 'failed')),
  attempts       integer     not null,
  reported_total bigint,
  seen           bigint      not null default 0,
  inserted       bigint      not null default 0,
  updated        bigint      not null default 0,
  deleted        bigint      not null default 0,
  quarantined    bigint      not null default 0,
  position       text,
  started_at     timestamptz not null,
  finished_at    timestamptz not null default clock_timestamp(),
  message        text,
  primary key (run_id, stream, slice)
);
comment on table _run_streams is 'The result of each slice of each stream in each run; written in the same transaction as the rows';
comment on column _run_streams.run_id is 'Run';
comment on column _run_streams.stream is 'Table that was filled';
comment on column _run_streams.slice is 'Part of it: a day, a month end, a location; empty if the stream has no slices';
comment on column _run_streams.status is 'complete, incomplete or failed';
comment on column _run_streams.attempts is 'How often it was pulled until it was complete, or failed';
comment on column _run_streams.reported_total is 'Rows that Heartland reported';
comment on column _run_streams.seen is 'Rows that arrived; in a complete pull the same as reported_total';
comment on column _run_streams.inserted is 'New rows';
comment on column _run_streams.updated is 'Changed rows';
comment on column _run_streams.deleted is 'Rows no longer in Heartland';
comment on column _run_streams.quarantined is 'Invalid rows';
comment on column _run_streams.position is 'The cursor afterwards';
comment on column _run_streams.started_at is 'When the pull started';
comment on column _run_streams.finished_at is 'When it ended';
comment on column _run_streams.message is 'Why it failed';

-- What is due

create table _cursors (
  stream    text        primary key,
  position  text        not null,
  swept_at  timestamptz,
  run_id    bigint      not null references _runs
);
comment on table _cursors is 'How far each incremental stream was read';
comment on column _cursors.stream is 'Stream';
comment on column _cursors.position is 'A time (updated_at) or an id, depending on the stream';
comment on column _cursors.swept_at is 'When all keys were last compared, which finds deletions';
comment on column _cursors.run_id is 'Run that moved it last';

create table _stream_definitions (
  stream      text   primary key,
  definition  text   not null,
  run_id      bigint not null references _runs
);
comment on table _stream_definitions is 'The definition of each stream that the configuration limits or defines';
comment on column _stream_definitions.stream is 'Stream';
comment on column _stream_definitions.definition is 'Included or excluded columns, or a report’s metrics, groups and filters';
comment on column _stream_definitions.run_id is 'First run with this definition; what earlier runs pulled is pulled again';

create table _slice_pages (
  stream  text   not null,
  slice   text   not null default '',
  run_id  bigint not null references _runs,
  pages   jsonb  not null,
  primary key (stream, slice)
);
comment on table _slice_pages is 'The page hashes of each slice at its last complete pull';
comment on column _slice_pages.stream is 'Stream';
comment on column _slice_pages.slice is 'Part of it';
comment on column _slice_pages.run_id is 'Run that last pulled it';
comment on column _slice_pages.pages is 'Its pages, each with number, hash and totals; while they are the same, there is nothing to merge';

-- The days of a report do not show that one of their tickets was voided or back-dated. The documents do: when a sync changes
-- their rows, it records in the same transaction which slices of which reports are due.
create table _due_slices (
  stream  text   not null,
  slice   text   not null,
  because text   not null,
  run_id  bigint not null references _runs,
  primary key (stream, slice)
);
comment on table _due_slices is 'Days, months and month ends of reports that are pulled again because records behind them changed; the pull removes them';
comment on column _due_slices.stream is 'Table to be pulled again';
comment on column _due_slices.slice is 'Its day, month or month end';
comment on column _due_slices.because is 'Table whose change made it due';
comment on column _due_slices.run_id is 'Run that found the change';

-- Invalid rows and unknown fields

create table _quarantine (
  quarantine_id  bigint generated always as identity primary key,
  run_id         bigint      not null references _runs,
  stream         text        not null,
  slice          text        not null default '',
  row_key        text,
  content        json        not null,
  reason         text        not null,
  quarantined_at timestamptz not null default now(),
  resolved_at    timestamptz
);
create index on _quarantine (stream, slice) where resolved_at is null;
comment on table _quarantine is 'Invalid rows, whole, with the reason';
comment on column _quarantine.quarantine_id is 'Number of the entry';
comment on column _quarantine.run_id is 'Run in which the row arrived';
comment on column _quarantine.stream is 'Table that the row was for';
comment on column _quarantine.slice is 'Slice that was pulled';
comment on column _quarantine.row_key is 'Its key, as far as it has one';
comment on column _quarantine.content is 'The row as it arrived';
comment on column _quarantine.reason is 'Why it is invalid';
comment on column _quarantine.quarantined_at is 'When it was quarantined';
comment on column _quarantine.resolved_at is 'When a valid version of the row arrived, or the row was deleted';

create table _unknown_fields (
  stream     text        not null,
  field      text        not null,
  first_seen timestamptz not null default now(),
  run_id     bigint      not null references _runs,
  primary key (stream, field)
);
comment on table _unknown_fields is 'Fields that Heartland sends and the catalogue does not know; their values are in _extra';
comment on column _unknown_fields.stream is 'Stream';
comment on column _unknown_fields.field is 'Unknown field';
comment on column _unknown_fields.first_seen is 'When it was first seen';
comment on column _unknown_fields.run_id is 'Run that first saw it';

-- Exports

create table _exports (
  export_id    bigint generated always as identity primary key,
  run_id       bigint      not null references _runs,
  kind         text        not null check (kind in ('locally', 'management_one')),
  period       text        not null,
  status       text        not null check (status in ('held', 'sending', 'delivered', 'saved', 'failed')),
  made_at      timestamptz not null default now(),
  delivered_at timestamptz,
  totals       jsonb       not null,
  checks       jsonb       not null,
  problems     jsonb       not null,
  receipts     jsonb       not null default '[]',
  message      text
);
create index on _exports (kind, period);
comment on table _exports is 'The export ledger: every feed and month-end file with its totals, checks and receipts';
comment on column _exports.export_id is 'Number of the export';
comment on column _exports.run_id is 'Run that made it';
comment on column _exports.kind is 'locally or management_one';
comment on column _exports.period is 'The month (YYYY-MM), or the day of a feed';
comment on column _exports.status is 'saved: written to a folder and not delivered';
comment on column _exports.made_at is 'When it was made';
comment on column _exports.delivered_at is 'When it was delivered';
comment on column _exports.totals is 'Its totals, exact figures as text';
comment on column _exports.checks is 'Its checks, each with the result';
comment on column _exports.problems is 'Issues found with items or locations';
comment on column _exports.receipts is 'Delivery receipt of each file';
comment on column _exports.message is 'Why it was held, or could not be delivered';

create table _export_files (
  export_id bigint  not null references _exports on delete cascade,
  name      text    not null,
  bytes     bigint  not null,
  sha256    text    not null,
  row_count bigint  not null,
  primary key (export_id, name)
);
comment on table _export_files is 'The files of each export';
comment on column _export_files.export_id is 'Export';
comment on column _export_files.name is 'Name of the file';
comment on column _export_files.bytes is 'Size';
comment on column _export_files.sha256 is 'Hash of its bytes';
comment on column _export_files.row_count is 'Rows in it, without a header';

create table _export_chunks (
  export_id bigint  not null,
  name      text    not null,
  chunk     integer not null,
  content   bytea   not null,
  primary key (export_id, name, chunk),
  foreign key (export_id, name) references _export_files on delete cascade
);
-- Compressing a large feed takes the server longer than making it.
alter table _export_chunks alter column content set storage external;
comment on table _export_chunks is 'The bytes of each exported file, in order';
comment on column _export_chunks.export_id is 'Export';
comment on column _export_chunks.name is 'Name of the file';
comment on column _export_chunks.chunk is 'Position in it, from 0';
comment on column _export_chunks.content is 'The bytes';

-- Locally: the feed

-- Locally does not publish what it does with a product that is missing from a feed: set it to zero, or leave its last
-- quantity. So a product that is no longer in a store's inventory is sent once more, as an explicit zero.
create table _locally_feed_products (
  locally_id    text             not null,
  upc           text collate "C" not null,
  removed_since date,
  primary key (locally_id, upc)
);
comment on table _locally_feed_products is 'Products that Locally has, or may have, from our feeds; written before a feed is sent';
comment on column _locally_feed_products.locally_id is 'Locally store id';
comment on column _locally_feed_products.upc is 'Product, by its UPC';
comment on column _locally_feed_products.removed_since is 'First feed that sent it as an explicit zero because it was no longer in the store’s inventory; null while it is';

create table _locally_verifications (
  export_id  bigint      not null references _exports on delete cascade,
  locally_id text        not null,
  asked_at   timestamptz not null,
  agrees     integer     not null,
  differs    integer     not null,
  unknown    integer     not null,
  problem    text,
  primary key (export_id, locally_id)
);
comment on table _locally_verifications is 'What Locally showed of a sample of a feed, by store, at the last check';
comment on column _locally_verifications.export_id is 'Feed';
comment on column _locally_verifications.locally_id is 'Locally store id';
comment on column _locally_verifications.asked_at is 'When Locally was checked';
comment on column _locally_verifications.agrees is 'Products shown as they were sent';
comment on column _locally_verifications.differs is 'Products shown as sold out that were sent as in stock, or the other way round';
comment on column _locally_verifications.unknown is 'Products with an unclear answer, or that were ordered since';
comment on column _locally_verifications.problem is 'Why the check failed, if so';

-- Locally: orders. Until the store rings up an order, Heartland does not know of it, and the next feed would offer the same
-- units again.

create table _locally_events (
  event_id     bigint generated always as identity primary key,
  received_at  timestamptz not null,
  body         bytea       not null,
  processed_at timestamptz,
  attempts     integer     not null default 0,
  problem      text,
  order_id     text,
  try_after    timestamptz,
  given_up_at  timestamptz
);
create index on _locally_events (event_id) where processed_at is null;
create index on _locally_events (order_id);
create index on _locally_events (received_at) where problem is not null;
comment on table _locally_events is 'Every webhook message of Locally with the right token, byte for byte';
comment on column _locally_events.event_id is 'Number of the message';
comment on column _locally_events.received_at is 'When it arrived';
comment on column _locally_events.body is 'Its bytes';
comment on column _locally_events.processed_at is 'When it was processed';
comment on column _locally_events.attempts is 'How often its cart was requested';
comment on column _locally_events.problem is 'Why it could not be processed, if so';
comment on column _locally_events.order_id is 'The order that the message is about; null until it is processed, or if it has no valid order';
comment on column _locally_events.try_after is 'When its cart may be requested again';
comment on column _locally_events.given_up_at is 'When we stopped requesting its cart';

create table locally_orders (
  order_id   text primary key,
  locally_id text,
  placed_at  timestamptz not null,
  respond_by timestamptz not null,
  cart       jsonb
);
comment on table locally_orders is 'Orders from Locally';
comment on column locally_orders.order_id is 'Locally’s number of the order';
comment on column locally_orders.locally_id is 'Locally store id; null while unknown, and then every store holds the units back';
comment on column locally_orders.placed_at is 'When it was placed according to Locally, else when its first message arrived';
comment on column locally_orders.respond_by is 'When the store must have answered: business hours, from the configuration';
comment on column locally_orders.cart is 'The cart as last requested from Locally';

create table locally_order_lines (
  order_id text             not null references locally_orders on delete cascade,
  upc      text collate "C" not null,
  qty      numeric          not null,
  price    numeric,
  status   text             not null,
  phase    text             not null check (phase in ('ordered', 'confirmed', 'completed', 'ended')),
  primary key (order_id, upc)
);
comment on table locally_order_lines is 'Products of the orders; their units are held back from the feed until the sale is in Heartland or the line has ended';
comment on column locally_order_lines.order_id is 'Order';
comment on column locally_order_lines.upc is 'Product';
comment on column locally_order_lines.qty is 'Units ordered';
comment on column locally_order_lines.price is 'Price of one unit';
comment on column locally_order_lines.status is 'Locally’s name of the status';
comment on column locally_order_lines.phase is 'The phase that the status stands for; a line never goes back to an earlier one, whatever the order of messages';

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
comment on column locally_order_history.order_id is 'Order';
comment on column locally_order_history.upc is 'Product';
comment on column locally_order_history.at is 'When it changed';
comment on column locally_order_history.status is 'Locally’s name of the status';
comment on column locally_order_history.phase is 'The phase that the status stands for';
comment on column locally_order_history.event_id is 'Message that brought it';

create table locally_sales_orders (
  order_id       text primary key references locally_orders on delete cascade,
  requested_at   timestamptz not null,
  sales_order_id bigint unique,
  completed_at   timestamptz,
  problem        text,
  made           jsonb,
  canceled_at    timestamptz
);
comment on table locally_sales_orders is 'Sales orders created in Heartland for Locally orders: at most one each';
comment on column locally_sales_orders.order_id is 'Order of Locally';
comment on column locally_sales_orders.requested_at is 'Written before the request to Heartland, so that a lost answer is found and the request never repeated blindly';
comment on column locally_sales_orders.sales_order_id is 'Heartland’s number; null while it is unknown whether it was created';
comment on column locally_sales_orders.completed_at is 'When it had all its lines';
comment on column locally_sales_orders.problem is 'Why it could not be matched, if so';
comment on column locally_sales_orders.made is 'What was requested of Heartland: customer, station, location, and the lines so far. Only a sales order that is unchanged may be canceled';
comment on column locally_sales_orders.canceled_at is 'When Heartland confirmed that it is canceled';

-- For analysts

create table _settings (
  name  text  primary key,
  value jsonb not null
);
comment on table _settings is 'Settings that the views take from the configuration; updated when it changes';
comment on column _settings.name is 'timezone, upc_field, class_code_field, class_codes';
comment on column _settings.value is 'Its value, as configured';

create table _views (
  file                text        primary key,
  sha256              text        not null,
  views               text[]      not null,
  applied_at          timestamptz not null default now(),
  not_applied_because text,
  is_waiting          boolean     not null default false
);
comment on table _views is 'The applied files of views, so that only a changed file is applied again';
comment on column _views.file is 'Name of the file in sql/views';
comment on column _views.sha256 is 'Hash of its text';
comment on column _views.views is 'The views it creates';
comment on column _views.applied_at is 'When it was applied';
comment on column _views.not_applied_because is 'Why it could not be applied: somebody has the view open, something of the merchant’s own needs the older version, or a table is turned off';
comment on column _views.is_waiting is 'Whether its views are outdated until the reason in not_applied_because no longer applies';

create table _item_versions (
  item_id           bigint      not null,
  version_from      timestamptz not null,
  public_id         text,
  cost              numeric,
  price             numeric,
  original_price    numeric,
  custom            jsonb,
  primary_vendor_id bigint,
  is_deleted        boolean     not null,
  _run_id           bigint      not null,
  _loaded_at        timestamptz not null default now(),
  primary key (item_id, version_from)
);
comment on table _item_versions is 'Every version seen of an item’s price, cost, number, vendor and custom fields; the view item_history reads it';
comment on column _item_versions.item_id is 'Item';
comment on column _item_versions.version_from is 'Start of the version: Heartland’s time of the change if known, else when it was seen';
comment on column _item_versions.public_id is 'Item number';
comment on column _item_versions.cost is 'Default purchase cost';
comment on column _item_versions.price is 'Current price';
comment on column _item_versions.original_price is 'Price before permanent markdowns';
comment on column _item_versions.custom is 'All custom fields: the one with the class code may be configured later';
comment on column _item_versions.primary_vendor_id is 'Vendor it is usually bought from';
comment on column _item_versions.is_deleted is 'Whether the item was no longer in Heartland';
comment on column _item_versions._run_id is 'Run that saw it';
comment on column _item_versions._loaded_at is 'When it was written here';

create table open_to_buy_plan (
  month             date    not null check (extract(day from month) = 1),
  class_code        text    not null,
  planned_sales     numeric not null check (planned_sales >= 0),
  planned_markdowns numeric not null default 0 check (planned_markdowns >= 0),
  planned_end_stock numeric not null check (planned_end_stock >= 0),
  primary key (month, class_code)
);
comment on table open_to_buy_plan is 'The plan that open_to_buy measures against. Yours to fill: Tillstream never writes to it';
comment on column open_to_buy_plan.month is 'First day of the month';
comment on column open_to_buy_plan.class_code is 'Class code';
comment on column open_to_buy_plan.planned_sales is 'Net sales planned for the whole month';
comment on column open_to_buy_plan.planned_markdowns is 'Markdowns planned for the whole month';
comment on column open_to_buy_plan.planned_end_stock is 'Stock wanted at the end of the month, at retail';
