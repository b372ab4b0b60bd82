-- Begin + every inventory transaction of the month - end, in units, which should leave nothing.
-- $1 location numbers in Heartland that are exported
select location, code, sum(case figure when 'end' then -units else units end) as units
from _month_facts
where figure in ('begin', 'changed', 'end') and location = any($1::text[])
group by location, code
having sum(case figure when 'end' then -units else units end) <> 0
order by abs(sum(case figure when 'end' then -units else units end)) desc, location collate "C", code collate "C"
