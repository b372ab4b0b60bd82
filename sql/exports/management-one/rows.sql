-- The lines of the file in their order: numbers as numbers (2 before 10), then the others as text.
select *
from _month_lines
order by case when "Location" ~ '^[0-9]+$' then "Location"::numeric end nulls last, "Location" collate "C",
         "ClassCode" collate "C"
