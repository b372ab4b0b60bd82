-- Cannot log in until it is given a password, and cannot write whatever it is granted later.
create role :"reader" nologin;
alter role :"reader" in database :"database" set search_path to :"schema";
alter role :"reader" in database :"database" set default_transaction_read_only to on
