-- The role cannot log in until it has a password, and cannot write, whatever is granted later.
create role :"reader" nologin;
alter role :"reader" in database :"database" set search_path to :"schema";
alter role :"reader" in database :"database" set default_transaction_read_only to on
