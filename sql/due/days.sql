-- The days on which changed rows count, by what they were and by what they have become. The first of $1 that is set says when:
-- by the store's clock where it has no offset, else on any day that it may have been in the store's time zone.
-- $2 the key of the row's parent, whose columns those are; null where they are the row's own
with versions as (
  select was as version from :"changed" where was is not null
  union all
  select becomes from :"changed" where becomes is not null
),
dated as (
  select case when $2::text is null then version
              else (select to_jsonb(parent) from :"dates" as parent where parent.id = (version ->> $2)::bigint) end as dates
  from versions
),
moments as (
  select distinct (select dates ->> name
                   from unnest($1::text[]) with ordinality as each (name, place)
                   where dates ->> name is not null
                   order by place
                   limit 1) as moment
  from dated
)
select distinct days.first::text, days.last::text
from moments
cross join lateral (
  select (case when is_instant then (moment::timestamptz at time zone 'UTC') - interval '12 hours' else moment::timestamp end)::date as first,
         (case when is_instant then (moment::timestamptz at time zone 'UTC') + interval '14 hours' else moment::timestamp end)::date as last
  from (select moment ~ '[+-][0-9]{2}:[0-9]{2}$' as is_instant) as form
) as days
where moment is not null
