-- A view that could not be brought up to date yet, apart from one whose table the configuration turns off.

alter table _views add column is_waiting boolean not null default false;
comment on column _views.is_waiting is 'Whether its views are older than they should be, until what kept_because names is gone';
comment on column _views.kept_because is 'Why it could not be applied: somebody has the view open, something of the merchant’s own needs the older version, or a table is turned off';
