import fc from 'fast-check';
import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { sync } from '../../pipelines/sync/sync.ts';
import { items } from '../../sources/heartland/streams/master.ts';
import { columnsOf } from '../../transforms/columns.ts';
import { encodeJson } from '../../transforms/filter/encode.ts';
import type { Filter } from '../../transforms/filter/filter.ts';
import { filterToSql } from '../../transforms/filter/sql.ts';
import { askAll } from '../heartland/ask.ts';
import { freshWork } from '../postgres/fresh-work.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';

const amount = fc.constantFrom(0, 9.5, 19.99, 25, 40, 60, 120.01);
const order = fc.constantFrom('$gt', '$gte', '$lt', '$lte', '$eq', '$neq');
const brand = fc.constantFrom('Acorn', 'acorn', 'Bluebird', 'Dune', 'No such brand');
const like = fc.constantFrom(
  'SKU-0000*',
  '*3',
  '*000*',
  'SKU-00012',
  'sku-00012',
  'bLUEBIRD',
  'Blue*',
  '*i*',
  '100%*',
  '*_*',
);

/** One comparison, of the kinds whose meaning is documented. */
const comparison = fc.oneof(
  fc.tuple(fc.constantFrom('price', 'cost', 'original_price'), order, amount).map(of),
  fc.tuple(fc.constantFrom('price', 'original_price'), order, fc.constant('{{cost}}')).map(of),
  fc
    .tuple(
      fc.constantFrom('price', 'cost', 'custom@brand', 'description'),
      fc.constantFrom('$eq', '$neq'),
      fc.constant(null),
    )
    .map(of),
  fc.tuple(fc.constantFrom('custom@brand'), fc.constantFrom('$eq', '$neq'), brand).map(of),
  fc
    .tuple(
      fc.constantFrom('custom@brand'),
      fc.constantFrom('$in', '$nin'),
      fc.array(brand, { minLength: 1, maxLength: 3 }),
    )
    .map(of),
  fc.tuple(fc.constantFrom('public_id', 'custom@brand'), fc.constant('$like'), like).map(of),
  fc
    .tuple(fc.constant('created_at'), order, fc.constantFrom('2026-08-01', '2026-10-05T12:00:00Z'))
    .map(of),
  fc.boolean().map(active => ({ active })),
);

function of([field, operator, value]: readonly [string, string, unknown]): object {
  return { [field]: { [operator]: value } };
}

const filter = fc.letrec<{ all: object }>(tie => ({
  all: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(fc.constantFrom('$and', '$or'), fc.array(tie('all'), { minLength: 1, maxLength: 3 }))
      .map(([operator, parts]) => ({ [operator]: parts })),
  ),
})).all;

test('a filter selects the same items in the API and in the warehouse, in either form of the request', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  const { work, close } = await freshWork({ heartland });
  await lastValueFrom(sync(work, [items]));
  const columns = {
    ...Object.fromEntries(
      columnsOf(items.row)
        .filter(({ kind }) => kind !== 'timestamp')
        .map(({ name, kind }) => [name, { sql: `"${name}"`, type: kind as 'text' }]),
    ),
  };
  const asked = async (parameters: readonly (readonly [string, string])[]) =>
    (await askAll(heartland, 'items', parameters)).map(({ id }) => Number(id)).toSorted(by);
  let compared = 0;

  await fc.assert(
    fc.asyncProperty(filter, async tree => {
      const wanted = tree as Filter;
      const { text, values } = filterToSql(wanted, columns);
      const rows = await work.warehouse.query<{ id: string }>(
        `select id from items where ${text}`,
        values,
      );
      const here = rows.map(({ id }) => Number(id)).toSorted(by);
      expect(here).toEqual(await asked([encodeJson(wanted)]));
      if (here.length > 0) compared++;
    }),
    { numRuns: 250 },
  );
  // A property over answers that are all empty would show nothing.
  expect(compared).toBeGreaterThan(50);
  await close();
  await heartland.close();
});

function by(one: number, other: number): number {
  return one - other;
}
