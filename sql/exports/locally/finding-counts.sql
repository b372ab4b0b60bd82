-- One row a kind of finding.
select kind, count(distinct item_id)::int as items, trim_scale(sum(units))::text as units
from locally_findings
group by kind
order by kind
