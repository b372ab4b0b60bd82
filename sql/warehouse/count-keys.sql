-- Fewer keys than rows means that some came twice.
select count(distinct (:"key"))::int as keys from :"stage"
