import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { FilterColumns } from '../../transforms/filter/column.ts';
import type { Filter } from '../../transforms/filter/filter.ts';
import { filterToSql } from '../../transforms/filter/sql.ts';

const columns: FilterColumns = {
  id: { sql: '"id"', type: 'bigint' },
  public_id: { sql: 'i."public_id"', type: 'text' },
  description: { sql: '"description"', type: 'text' },
  price: { sql: '"price"', type: 'numeric' },
  cost: { sql: '"cost"', type: 'numeric' },
  active: { sql: '"active"', type: 'boolean' },
  updated_at: { sql: '"updated_at"', type: 'timestamptz' },
  business_date: { sql: '"business_date"', type: 'date' },
  margin: { sql: '"price" - "cost"', type: 'numeric' },
  custom: { sql: '"custom"', type: 'jsonb' },
};

const NUMERIC = `'^ *[+-]?([0-9]{1,100}[.]?[0-9]{0,100}|[.][0-9]{1,100})([eE][+-]?[0-9]{1,3})? *$'`;

describe('a filter in SQL', () => {
  it.each<[Filter, string, unknown[]]>([
    [{}, 'TRUE', []],
    [{ price: 0 }, '"price" = $1::numeric', ['0']],
    [{ price: { $neq: '10.50' } }, '"price" <> $1::numeric', ['10.50']],
    [
      { price: { $gte: 10, $lt: 20.5 } },
      '("price" >= $1::numeric AND "price" < $2::numeric)',
      ['10', '20.5'],
    ],
    [{ active: true }, '"active" = $1::boolean', ['true']],
    [{ active: 'false' }, '"active" = $1::boolean', ['false']],
    [{ cost: null }, '"cost" IS NULL', []],
    [{ custom: { $neq: null } }, '"custom" IS NOT NULL', []],
    [{ id: { $gt: 100001 } }, '"id" > $1::bigint', ['100001']],
    [{ id: { $gt: 1.5 } }, '"id" > $1::numeric', ['1.5']],
    [{ id: { $lt: '9223372036854775808' } }, '"id" < $1::numeric', ['9223372036854775808']],
    [{ id: { $in: [1, 2] } }, '"id" = ANY ($1::bigint[])', [['1', '2']]],
    [{ id: { $nin: [1, 2.5] } }, '"id" <> ALL ($1::numeric[])', [['1', '2.5']]],
    [{ id: { $in: [] } }, '"id" = ANY ($1::bigint[])', [[]]],
    [{ public_id: 1001 }, 'i."public_id" = $1::text', ['1001']],
    [{ margin: { $gt: 1 } }, '("price" - "cost") > $1::numeric', ['1']],
    [
      { updated_at: { $gt: '2012-01-01' } },
      '"updated_at" > $1::timestamptz',
      ['2012-01-01T00:00:00Z'],
    ],
    [
      { updated_at: { $gt: '2026-03-08 02:30:00.123456' } },
      '"updated_at" > $1::timestamptz',
      ['2026-03-08 02:30:00.123456Z'],
    ],
    [
      { updated_at: '2026-03-08T02:30-05:00' },
      '"updated_at" = $1::timestamptz',
      ['2026-03-08T02:30-05:00'],
    ],
    [{ business_date: '2026-02-28' }, '"business_date" = $1::date', ['2026-02-28']],
    [{ price: { $gt: '{{cost}}' } }, '"price" > "cost"', []],
    [{ id: { $gt: '{{cost}}' } }, '"id" > "cost"', []],
    [{ description: { $like: 'blue*' } }, '"description" ILIKE $1::text', ['blue%']],
    [{ description: { $like: '*100%_\\*' } }, '"description" ILIKE $1::text', ['%100\\%\\_\\\\%']],
    // "If no wildcard is specified, $like behaves as $eq. Like queries are case insensitive."
    [{ description: { $like: 'Blue_%' } }, '"description" ILIKE $1::text', ['Blue\\_\\%']],
    [{ price: { $like: '19.99' } }, '"price" = $1::numeric', ['19.99']],
    [{ 'custom@color': 'blue' }, `("custom"->>$1::text) = $2::text`, ['color', 'blue']],
    [
      { 'custom@color': { $like: '*Blue' } },
      `("custom"->>$1::text) ILIKE $2::text`,
      ['color', '%Blue'],
    ],
    [{ 'custom@sell': true }, `("custom"->>$1::text) = $2::text`, ['sell', 'true']],
    [{ 'custom@sell': 'true' }, `("custom"->>$1::text) = $2::text`, ['sell', 'true']],
    [{ 'custom@color': { $eq: null } }, `("custom"->>$1::text) IS NULL`, ['color']],
    [
      { 'custom@score': { $gt: 100 } },
      `CASE WHEN ("custom"->>$1::text) ~ ${NUMERIC} THEN ("custom"->>$1::text)::numeric > $2::numeric END`,
      ['score', '100'],
    ],
    [
      { 'custom@score': { $neq: 100 } },
      `CASE WHEN ("custom"->>$1::text) ~ ${NUMERIC} THEN ("custom"->>$1::text)::numeric <> $2::numeric` +
        ` WHEN ("custom"->>$1::text) IS NOT NULL THEN TRUE END`,
      ['score', '100'],
    ],
    [
      { 'custom@score': { $in: [1, 'A'] } },
      `(CASE WHEN ("custom"->>$1::text) ~ ${NUMERIC} THEN ("custom"->>$1::text)::numeric = ANY ($2::numeric[]) END` +
        ` OR ("custom"->>$1::text) = ANY ($3::text[]))`,
      ['score', ['1'], ['A']],
    ],
    [
      { price: { $lt: '{{custom@msrp}}' } },
      `"price" < CASE WHEN ("custom"->>$1::text) ~ ${NUMERIC} THEN ("custom"->>$1::text)::numeric END`,
      ['msrp'],
    ],
    [{ public_id: '{{custom@upc}}' }, `i."public_id" = ("custom"->>$1::text)`, ['upc']],
    [
      { $or: [{ price: 1 }, { $and: [{ cost: 2 }, { active: true }] }], description: 'x' },
      '(("price" = $1::numeric OR ("cost" = $2::numeric AND "active" = $3::boolean)) AND "description" = $4::text)',
      ['1', '2', 'true', 'x'],
    ],
  ])('%j', (filter, text, values) => {
    expect(filterToSql(filter, columns)).toEqual({ text, values });
  });

  it('counts its parameters from the one it is given', () => {
    expect(filterToSql({ price: 1, cost: 2 }, columns, 7).text).toBe(
      '("price" = $7::numeric AND "cost" = $8::numeric)',
    );
  });

  it.each<[Filter, string, string]>([
    [{ prise: 1 }, 'FILTER_FIELD_UNKNOWN', 'at prise: found "prise", expected "price"'],
    [{ 'costum@color': 'x' }, 'FILTER_FIELD_UNKNOWN', 'expected "custom@color"'],
    [{ 'price@color': 'x' }, 'FILTER_FIELD_UNKNOWN', 'found "price@color"'],
    [{ toString: 'x' }, 'FILTER_FIELD_UNKNOWN', 'found "toString"'],
    [{ price: { $gt: '{{csot}}' } }, 'FILTER_FIELD_UNKNOWN', 'found "csot", expected "cost"'],
    [
      { $or: [{ price: 'cheap' }] },
      'FILTER_VALUE_INVALID',
      'at $or[0].price: found "cheap", expected a number',
    ],
    [{ price: true }, 'FILTER_VALUE_INVALID', 'expected a number'],
    [{ price: '1'.repeat(300) }, 'FILTER_VALUE_INVALID', 'expected a number'],
    [{ id: 'abc' }, 'FILTER_VALUE_INVALID', 'expected a number'],
    [{ active: 'yes' }, 'FILTER_VALUE_INVALID', 'found "yes", expected true or false'],
    [{ active: { $gt: true } }, 'FILTER_VALUE_INVALID', 'have no order'],
    [{ business_date: '2026-02-30' }, 'FILTER_VALUE_INVALID', 'expected a day'],
    [{ business_date: '2026-02-28T00:00' }, 'FILTER_VALUE_INVALID', 'expected a day'],
    [{ updated_at: 'yesterday' }, 'FILTER_VALUE_INVALID', 'expected a time'],
    [{ updated_at: '2026-01-01T25:00:00Z' }, 'FILTER_VALUE_INVALID', 'expected a time'],
    [{ updated_at: '2026-01-01T00:00:00+99:00' }, 'FILTER_VALUE_INVALID', 'expected a time'],
    [{ updated_at: 5 }, 'FILTER_VALUE_INVALID', 'expected a time'],
    [{ price: { $like: '1*' } }, 'FILTER_VALUE_INVALID', 'no *, because the field is not text'],
    [{ custom: 'x' }, 'FILTER_VALUE_INVALID', 'as custom@key'],
    [{ active: '{{price}}' }, 'FILTER_VALUE_INVALID', 'expected two fields of one type'],
    [JSON.parse('{"price":{"$gtt":1}}'), 'FILTER_INVALID', 'expected $gt'],
  ])('is refused: %j', (filter, code, message) => {
    const compile = () => filterToSql(filter, columns);
    expect(compile).toThrow(ConfigurationError);
    expect(compile).toThrow(expect.objectContaining({ code }));
    expect(compile).toThrow(message);
  });
});

const fieldName = fc.oneof(
  fc.constantFrom('public_id', 'description'),
  fc.stringMatching(/^[^\s{}[\]@]{1,12}$/).map(key => `custom@${key}`),
);
const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom("'; DROP TABLE items; --", '$1', '"', '\\', '{{', "x' OR 'a'='a"),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const comparisonFilter = fc
  .oneof(
    fc.tuple(fieldName, fc.constantFrom('$eq', '$neq', '$gt', '$lte'), scalar),
    fc.tuple(fieldName, fc.constantFrom('$in', '$nin'), fc.array(scalar)),
    fc.tuple(fieldName, fc.constant('$like'), fc.string()),
  )
  .map(([name, operator, value]) => ({ [name]: { [operator]: value } }) as Filter);
const anyFilter = fc.letrec<{ filter: Filter }>(tie => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    comparisonFilter,
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map(parts => ({ $or: parts })),
    fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
  ),
})).filter;

it('nothing that the user wrote is in the text, for any filter', () => {
  const fixed = new RegExp(
    [
      NUMERIC.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
      'i\\."public_id"|"description"|"custom"->>|CASE WHEN|THEN|WHEN|END|IS NOT NULL|TRUE|AND|OR|ILIKE|ANY|ALL',
      '\\$\\d+::(?:text|numeric)(?:\\[\\])?|::numeric|<>|[<>]=?|=|~|[() ]',
    ].join('|'),
    'g',
  );
  fc.assert(
    fc.property(anyFilter, filter => {
      let sql: ReturnType<typeof filterToSql>;
      try {
        sql = filterToSql(filter, columns);
      } catch (error) {
        // A text such as "{{x}}" is a reference to a field that does not exist; NUL cannot stand in a text.
        expect(error).toBeInstanceOf(ConfigurationError);
        return;
      }
      expect(sql.text.replace(fixed, '')).toBe('');
      const used = new Set(Array.from(sql.text.matchAll(/\$(\d+)::/g), match => Number(match[1])));
      expect([...used].sort((a, b) => a - b)).toEqual(sql.values.map((_, index) => index + 1));
    }),
  );
});
