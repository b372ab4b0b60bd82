-- One row a finding, those with the most units first.
-- $1 key of the custom field that holds the UPC, or null; $2 most rows of a kind.
select kind, item_number, description, location_number, units, found
from (
  select findings.kind,
         items.public_id as item_number,
         items.description,
         findings.location_number,
         trim_scale(findings.units)::text as units,
         coalesce(
           findings.found,
           case when findings.kind like 'upc%' and $1::text is null then items.public_id
                when findings.kind like 'upc%' then items.custom ->> $1::text end
         ) as found,
         row_number() over (
           partition by findings.kind
           order by findings.units desc, items.public_id, findings.location_number
         ) as place
  from locally_findings as findings
  left join items on items.id = findings.item_id
  where findings.kind <> 'filtered'
) as ranked
where place <= $2::int
order by kind, place
