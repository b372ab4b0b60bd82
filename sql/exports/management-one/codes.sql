-- Grain: one row for each class code that items have now; empty for items without one.
-- $1 key of the custom field with the class code
select distinct coalesce(custom ->> $1::text, '') as code from items
union
select '' as code
order by code
