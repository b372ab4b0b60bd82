-- What Locally shows of a sample of a feed, some time after it was delivered: its only receipt for what it worked in.
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
comment on table _locally_verifications is 'What Locally showed of a sample of a feed, store by store, as it was last asked';
comment on column _locally_verifications.export_id is 'Feed';
comment on column _locally_verifications.locally_id is 'Locally store id';
comment on column _locally_verifications.asked_at is 'When Locally was asked';
comment on column _locally_verifications.agrees is 'Products that are shown as they were sent';
comment on column _locally_verifications.differs is 'Products that are shown as sold out and were sent as in stock, or the other way round';
comment on column _locally_verifications.unknown is 'Products of which the answer said nothing clear, or that were ordered since';
comment on column _locally_verifications.problem is 'Why Locally could not be asked, if so';
