-- What a slice looked like is remembered page by page, so that a page that comes again as it was need not be read again.
delete from _slices;
alter table _slices drop column digest, add column pages jsonb not null;
comment on column _slices.pages is 'Its pages: place, fingerprint, and what the answer said of itself; the same again means that there is nothing to merge';
