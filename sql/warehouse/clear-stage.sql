truncate :"stage"
