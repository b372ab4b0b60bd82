-- The stage for the rows of one slice until they are verified. Dropped at the end of the transaction.
create temporary table :"stage" on commit drop as
select :"columns", _extra, _run_id from :"table" with no data
