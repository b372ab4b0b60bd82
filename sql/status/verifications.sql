-- The last verified feed of each store.
select distinct on (noted.locally_id)
       noted.locally_id, noted.export_id::text as export_id, noted.asked_at, noted.agrees, noted.differs, noted.unknown,
       noted.problem
from _locally_verifications as noted
order by noted.locally_id, noted.export_id desc
