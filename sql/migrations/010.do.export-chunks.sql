-- Compressing a large feed takes the server longer than making it.
alter table _export_chunks alter column content set storage external;
