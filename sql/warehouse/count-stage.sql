-- Rows that arrived, and how many keys are among them: fewer keys than rows means that a page came twice.
select count(*)::int as rows, count(distinct (:"key"))::int as keys from :"stage"
