-- What a run locks as long as it works on the merchant: nothing is ever in it.
create table _run_lock ();
comment on table _run_lock is 'Locked by the run that is at work; always empty';
