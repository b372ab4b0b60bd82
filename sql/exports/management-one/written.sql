-- What each column of the file must sum to: every location and class rounded as it is written.
-- $1 location numbers in Heartland that are exported, $2 what Management One calls each
-- $3 class codes as items have them, $4 the class that each counts under
-- $5 decimals of units, $6 decimals of money
select metric, sum(round(amount, case when metric like '%\_units' then $5::int else $6::int end)) as amount
from (
  select their.number, class.into_code, part.metric, sum(part.amount) as amount
  from _month_facts as fact
  join unnest($1::text[], $2::text[]) as their (location, number) on their.location = fact.location
  join unnest($3::text[], $4::text[]) as class (code, into_code) on class.code = fact.code
  cross join lateral (values (figure || '_units', units), (figure || '_cost', cost), (figure || '_retail', retail))
    as part (metric, amount)
  group by 1, 2, 3
) as cell
group by metric
