-- Class codes that items have now; empty for none.
-- $1 key of the custom field with the class code
select distinct coalesce(custom ->> $1::text, '') as code from items
union
select '' as code
order by code
