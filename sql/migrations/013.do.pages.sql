-- What a slice looked like is remembered page by page, so that a page that comes again as it was need not be read again.
delete from _slice_pages;
alter table _slice_pages drop column digest, add column pages jsonb not null;
comment on column _slice_pages.pages is 'Its pages: place, fingerprint, and what the answer said of itself; the same again means that there is nothing to merge';
