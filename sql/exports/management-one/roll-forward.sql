-- Begin + received - returned + transfers + adjusted - sold - end, which should leave nothing.
-- $1 location numbers in Heartland that are exported, $2 what took goods out by sales: sold or handed_over
select location, code, sum(sign * units) as units, sum(sign * cost) as cost
from _month_facts
join (values ('begin', 1), ('received', 1), ('returned', -1), ('transfer', 1), ('adjusted', 1), ($2::text, -1), ('end', -1))
  as effect (figure, sign) using (figure)
where location = any($1::text[])
group by location, code
having sum(sign * units) <> 0 or sum(sign * cost) <> 0
order by abs(sum(sign * cost)) desc, abs(sum(sign * units)) desc, location collate "C", code collate "C"
