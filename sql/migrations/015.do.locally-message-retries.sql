-- A cart that Locally's API does not give is asked for again by time, message by message, until it is given up in words.
alter table _locally_events add column order_id text, add column try_after timestamptz, add column given_up_at timestamptz;
create index on _locally_events (order_id);
create index on _locally_events (received_at) where problem is not null;
comment on column _locally_events.order_id is 'The order that the message is about; null until it is processed, or where it names none that can be used';
comment on column _locally_events.attempts is 'How often its cart was asked for';
comment on column _locally_events.try_after is 'From when its cart is asked for again';
comment on column _locally_events.given_up_at is 'When we stopped asking for its cart';
