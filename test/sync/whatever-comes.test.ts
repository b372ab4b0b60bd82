import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { migrate, type TableDescription } from '../../sinks/postgres/migrate.ts';
import { PullConnection } from '../../sinks/postgres/pull-connection.ts';
import { quarantine } from '../../sinks/postgres/quarantine.ts';
import { openRun, type Run } from '../../sinks/postgres/runs.ts';
import { openStage } from '../../sinks/postgres/stage.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import {
  amount,
  columnsOf,
  day,
  id,
  json,
  keyDate,
  keyText,
  moment,
  ref,
  words,
  yesNo,
} from '../../transforms/columns.ts';
import { parseExactJson } from '../../transforms/exact-json.ts';
import { pageChecker } from '../../transforms/validate.ts';
import { freshMerchant } from '../postgres/fresh-work.ts';

const row = z.object({
  id: id(''),
  name: keyText(''),
  on: keyDate(''),
  other: ref(''),
  text: words(''),
  price: amount(''),
  active: yesNo(''),
  at: moment(''),
  due: day(''),
  custom: json(''),
});
const table: TableDescription = {
  name: 'anything',
  about: '',
  key: ['id', 'name', 'on'],
  columns: columnsOf(row),
};

let warehouse: Warehouse;
let run: Run;
beforeAll(async () => {
  warehouse = openWarehouse({
    url: inject('warehouseUrl'),
    schema: freshMerchant(),
    connections: 3,
  });
  await migrate(warehouse, [table], {} as never);
  run = await openRun(warehouse, 'test', 'UTC');
});
afterAll(async () => {
  await run.close('done', 0, '');
  await warehouse.close();
});

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\\N',
    '\\.',
    '\t',
    '\r\n',
    'a\0b',
    '\ud83d',
    '🎩',
    '"',
    '\\',
    '\u2028',
    '\ufeff',
  ),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.bigInt().map(big => String(big)),
  fc.constantFrom('1e400', '-1E-300', '10.2494840425531915', '1e9999', '-0', '0.1e+5', '1e5000'),
);
const time = fc.oneof(
  fc
    .date({ noInvalidDate: false })
    .map(date => (Number.isNaN(date.getTime()) ? 'Invalid' : date.toISOString())),
  fc.constantFrom(
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+15:59',
    '9999-12-31T23:59:59-15:59',
    '2026-02-29T00:00:00Z',
    '2026-03-08 02:30:00',
    '2026-06-30T23:59:60Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00+16:00',
    '2026-01-01T00:00:00.123456789-0530',
  ),
);
const anything = fc.oneof(
  fc.constant({ toString: '' }),
  text,
  number,
  time,
  fc.boolean(),
  fc.constant(null),
  fc.json().map(value => JSON.parse(value)),
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(text, text, { maxKeys: 3 }),
);
const numberInJson = (value: unknown) =>
  typeof value === 'string' && /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(value)
    ? value
    : JSON.stringify(value);

/** A row as text, with numbers as an API may write them, however long. */
const candidate = fc
  .record(
    {
      id: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1 }) }, anything),
      name: fc.oneof({ weight: 3, arbitrary: text }, anything),
      on: fc.oneof({ weight: 3, arbitrary: fc.constant('2026-11-21') }, time, anything),
      other: fc.oneof(fc.integer(), anything),
      text: fc.oneof(text, anything),
      price: fc.oneof(number, anything),
      'active?': fc.oneof(fc.boolean(), fc.constantFrom('true', 'false', 'TRUE', 'yes'), anything),
      at: fc.oneof(time, anything),
      due: fc.oneof(time, anything),
      custom: anything,
      unknown: anything,
    },
    { requiredKeys: ['id', 'name', 'on'] },
  )
  .map(
    fields =>
      `{${Object.entries(fields)
        .map(([key, value]) => `${JSON.stringify(key)}:${numberInJson(value)}`)
        .join(',')}}`,
  );

test('whatever passes the check, Postgres takes; whatever does not, the quarantine takes with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(candidate, { maxLength: 30 }), async rows => {
      const parsed = parseExactJson(`[${rows.join(',')}]`) as unknown[];
      const { copy, accepted, rejected } = pageChecker(row, { runId: run.runId })(parsed);
      expect(accepted + rejected.length).toBe(rows.length);
      for (const { reason } of rejected) expect(reason.length).toBeGreaterThan(10);
      const open = await warehouse.begin();
      const client = new PullConnection(open.client);
      try {
        // A row that is there already, so that all are staged, whatever their keys.
        await client.query(
          `insert into anything (id, name, "on", _run_id) values (0, '', '2026-01-01', $1)`,
          [run.runId],
        );
        const stage = await openStage(client, table);
        await stage.copy(Buffer.from(copy));
        await quarantine(client, table, { runId: run.runId, slice: '' }, rejected);
        const { rows: counted } = await client.query(
          `select (select count(*)::int from ${stage.name}) as staged, (select count(*)::int from _quarantine) as bad`,
        );
        expect(counted[0]).toEqual({ staged: accepted, bad: rejected.length });
      } finally {
        await client.endCopy();
        await open.rollBack();
      }
    }),
    { numRuns: 200, seed: 20_261_121 },
  );
});
