-- One of the keys that more than one row has.
select row(:"key")::text as key from :"stage" group by :"key" having count(*) > 1 limit 1
