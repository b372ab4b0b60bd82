-- What the bookkeeping tables remember, column by column, where their migrations do not say it. A column that is not
-- there (yet, or any more) is passed over: a comment must not stand in the way of anything.
do $$
declare
  said record;
begin
  for said in
    select relation.oid::regclass as relation, given.column_name, given.words
    from (values
      ('_migrations',           'version',       'Number of the change'),
      ('_migrations',           'name',          'What it is about'),
      ('_migrations',           'md5',           'Digest of its text'),
      ('_migrations',           'run_at',        'When it was made'),
      ('_runs',                 'run_id',        'Number of the run'),
      ('_runs',                 'command',       'The command as it was typed'),
      ('_runs',                 'started_at',    'When it began'),
      ('_runs',                 'finished_at',   'When it ended; null while it runs'),
      ('_runs',                 'exit_code',     'Its exit code'),
      ('_run_streams',          'run_id',        'Run'),
      ('_run_streams',          'stream',        'Table that was filled'),
      ('_run_streams',          'slice',         'Part of it: a day, a month end, a location; empty where the stream is pulled in one'),
      ('_run_streams',          'status',        'complete, incomplete or failed'),
      ('_run_streams',          'attempts',      'How often it was pulled until it was complete, or given up'),
      ('_run_streams',          'inserted',      'Rows that were new'),
      ('_run_streams',          'updated',       'Rows that had changed'),
      ('_run_streams',          'deleted',       'Rows that were gone'),
      ('_run_streams',          'quarantined',   'Rows that could not be used'),
      ('_run_streams',          'started_at',    'When the pull began'),
      ('_run_streams',          'finished_at',   'When it ended'),
      ('_run_streams',          'message',       'What went wrong'),
      ('_cursors',              'stream',        'Stream'),
      ('_cursors',              'run_id',        'Run that moved it last'),
      ('_quarantine',           'quarantine_id', 'Number of the entry'),
      ('_quarantine',           'run_id',        'Run that met the row'),
      ('_quarantine',           'stream',        'Table that the row was for'),
      ('_quarantine',           'slice',         'Part of it that was pulled'),
      ('_quarantine',           'row_key',       'Its key, as far as it has one'),
      ('_quarantine',           'content',       'The row as it came'),
      ('_quarantine',           'reason',        'Why it could not be used'),
      ('_quarantine',           'put_at',        'When it was put here'),
      ('_unknown_fields',                'stream',        'Stream'),
      ('_unknown_fields',                'field',         'Field that the catalogue does not know'),
      ('_unknown_fields',                'first_seen',    'When it was first seen'),
      ('_unknown_fields',                'run_id',        'Run that first saw it'),
      ('_exports',              'export_id',     'Number of the export'),
      ('_exports',              'run_id',        'Run that made it'),
      ('_exports',              'kind',          'locally or management_one'),
      ('_exports',              'made_at',       'When it was made'),
      ('_exports',              'delivered_at',  'When the other side had it'),
      ('_exports',              'totals',        'Its totals, exact figures as text'),
      ('_exports',              'checks',        'The checks it went through, each with its outcome'),
      ('_exports',              'problems',      'What was found wrong with items or locations'),
      ('_exports',              'receipts',      'What the other side said to each file'),
      ('_exports',              'message',       'Why it was held, or could not be handed over'),
      ('_export_files',         'export_id',     'Export'),
      ('_export_files',         'name',          'Name of the file'),
      ('_export_files',         'bytes',         'Size'),
      ('_export_files',         'sha256',        'Digest of its bytes'),
      ('_export_files',         'row_count',     'Rows in it, without a header'),
      ('_export_chunks',        'export_id',     'Export'),
      ('_export_chunks',        'name',          'Name of the file'),
      ('_export_chunks',        'chunk',         'Place in it, from 0'),
      ('_export_chunks',        'content',       'The bytes'),
      ('_locally_feed_products',       'upc',           'Product, by its UPC'),
      ('_slice_pages',               'stream',        'Stream'),
      ('_slice_pages',               'slice',         'Part of it'),
      ('_slice_pages',               'run_id',        'Run that pulled it last'),
      ('_locally_events',       'event_id',      'Number of the message'),
      ('_locally_events',       'received_at',   'When it came'),
      ('_locally_events',       'body',          'Its bytes'),
      ('_locally_events',       'processed_at',  'When it was made use of'),
      ('_locally_events',       'attempts',      'How often that was tried'),
      ('locally_order_history', 'order_id',      'Order'),
      ('locally_order_history', 'upc',           'Product'),
      ('locally_order_history', 'at',            'When it changed'),
      ('locally_order_history', 'status',        'In Locally’s word'),
      ('locally_order_history', 'phase',         'What the word means'),
      ('locally_order_history', 'event_id',      'Message that brought it'),
      ('locally_order_lines',   'order_id',      'Order'),
      ('locally_order_lines',   'upc',           'Product'),
      ('locally_order_lines',   'qty',           'Units ordered'),
      ('locally_order_lines',   'price',         'Price of one unit'),
      ('locally_orders',        'order_id',      'Locally’s number of the order'),
      ('locally_sales_orders',  'order_id',      'Order of Locally'),
      ('locally_sales_orders',  'problem',       'Why it could not be matched, if so')
    ) as given (table_name, column_name, words)
    join pg_class as relation
      on relation.relname = given.table_name and relation.relnamespace = current_schema()::regnamespace
    join pg_attribute as attribute
      on attribute.attrelid = relation.oid and attribute.attname = given.column_name and not attribute.attisdropped
  loop
    execute format('comment on column %s.%I is %L', said.relation, said.column_name, said.words);
  end loop;
end
$$;
comment on table _migrations is 'The numbered changes of the schema that were made here'
