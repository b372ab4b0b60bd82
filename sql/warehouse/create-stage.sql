-- A place for the rows of one slice until they are known to be complete. Gone with the transaction.
create temporary table :"stage" on commit drop as
select :"columns", _extra, _run_id from :"table" with no data
