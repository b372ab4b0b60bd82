-- One row a message that could not be used or whose cart is unknown, the latest first.
-- $1 oldest that still counts; $2 most rows.
select event_id::text, order_id, received_at, problem, attempts,
       case when processed_at is null then 'waiting'
            when given_up_at is not null then 'given_up'
            else 'unusable' end as state,
       count(*) over ()::int as total
from _locally_events
where problem is not null and received_at >= $1
order by event_id desc
limit $2
