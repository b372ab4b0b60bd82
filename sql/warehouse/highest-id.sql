select max(id)::text as id from :"stage"
