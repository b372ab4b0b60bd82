-- Users of the page. One page serves many merchants, so they live in a schema of their own.
create table _users (
  name       text        primary key,
  password   text        not null,
  created_at timestamptz not null default now()
);
comment on table _users is 'People who may log in to the page; the password is an Argon2id hash';

create table _roles (
  user_name text not null references _users on delete cascade,
  merchant  text not null,
  role      text not null check (role in ('viewer', 'operator', 'admin')),
  primary key (user_name, merchant)
);
comment on table _roles is 'What a user may do for a merchant; the merchant * stands for all';

create table _sessions (
  token_hash bytea       primary key,
  user_name  text        not null references _users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on _sessions (user_name);
comment on table _sessions is 'Who is logged in; deleting a row logs that browser out';

create table _actions (
  action_id bigint      generated always as identity primary key,
  at        timestamptz not null default now(),
  user_name text        not null,
  merchant  text        not null,
  action    text        not null
);
create index on _actions (merchant, action_id);
comment on table _actions is 'What was done on the page, when, and by whom; kept when the user is removed';
