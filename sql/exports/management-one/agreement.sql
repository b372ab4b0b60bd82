-- Our figures beside those that Heartland summed itself: by location, and in all where the location is null.
-- $1 locations, $2 figures, $3 amounts as Heartland gives them; several of one name are added up
-- $4 the figures that are compared, also where Heartland has none
select location, metric, sum(ours) as ours, sum(theirs) as theirs, sum(ours) - sum(theirs) as difference
from (
  select fact.location, part.metric, sum(part.amount) as ours, 0::numeric as theirs
  from _month_facts as fact
  cross join lateral (values (figure || '_units', units), (figure || '_cost', cost), (figure || '_retail', retail))
    as part (metric, amount)
  where part.metric = any($4::text[])
  group by grouping sets ((fact.location, part.metric), (part.metric))
  union all
  select location, metric, 0, amount
  from unnest($1::text[], $2::text[], $3::numeric[]) as theirs (location, metric, amount)
) as side
group by location, metric
order by metric, location collate "C" nulls first
