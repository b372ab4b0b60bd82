-- $1 the oldest that still counts; $2 how many. Messages that could not be used, or whose cart is not known; the latest first.
select event_id::text, order_id, received_at, problem, attempts,
       case when processed_at is null then 'waiting' when given_up_at is not null then 'given_up' else 'set_aside' end as state,
       count(*) over ()::int as total
from _locally_events
where problem is not null and received_at >= $1
order by event_id desc
limit $2
