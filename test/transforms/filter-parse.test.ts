import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../transforms/errors.ts';
import { encodeJson } from '../../transforms/filter/encode.ts';
import type { Filter } from '../../transforms/filter/filter.ts';
import { parseFilter } from '../../transforms/filter/parse.ts';

/** The example of the API's documentation. */
const documented: Filter = {
  $or: [
    { price: { $gte: 10, $lte: 20 } },
    { price: 0 },
    { $and: [{ cost: 0 }, { updated_at: { $gt: '2012-01-01' } }] },
  ],
  active: true,
  tax_category: { $in: ['c1', 'c2', 'c3'] },
};

describe('a filter', () => {
  it.each<[string, unknown]>([
    ['the documented example', documented],
    ['nothing, which selects everything', {}],
    ['several filters in a list', [{ price: 0 }, { cost: 0 }]],
    [
      'null as a value',
      { 'custom@category': { $eq: null }, description: { $neq: null }, cost: null },
    ],
    ['a reference', { qty_shipped: { $gt: '{{qty_received}}' } }],
    ['a reference to a custom field', { price: { $gt: '{{custom@msrp}}' } }],
    ['a custom field of another record', { 'item.custom@brand': { $like: 'ac*' } }],
    [
      'every operator',
      { a: { $eq: 1, $neq: 2, $in: [1], $nin: [], $gt: 1, $gte: 1, $lt: 1, $lte: 1, $like: 'x' } },
    ],
  ])('accepts %s', (_, filter) => {
    expect(parseFilter(filter)).toBe(filter);
  });

  it.each<[unknown, string]>([
    [null, 'The filter is wrong: found null, expected an object'],
    ['price > 10', 'found "price > 10", expected an object'],
    [{ price: { $gtt: 10 } }, 'at price.$gtt: found "$gtt", expected $gt'],
    [{ price: { gte: 10 } }, 'at price.gte: found "gte", expected $gte'],
    [{ price: { $between: [1, 2] } }, 'found "$between", expected one of $eq, $neq, $in'],
    [{ price: {} }, 'at price: found {}, expected at least one operator'],
    [{ price: [1, 2] }, 'at price: found [1,2], expected {"$in": [...]}'],
    [{ price: { $gt: null } }, 'at price.$gt: found null, expected a value'],
    [{ price: { $gt: { $lt: 1 } } }, 'at price.$gt: found {"$lt":1}, expected text, a number'],
    [{ price: { $gt: Number.NaN } }, 'at price.$gt'],
    [{ price: { $in: 1 } }, 'at price.$in: found 1, expected a list'],
    [{ price: { $in: [1, null] } }, 'at price.$in[1]: found null'],
    [{ price: { $in: ['{{cost}}'] } }, 'at price.$in[0]: found "{{cost}}", expected a value'],
    [{ color: { $like: 5 } }, 'at color.$like: found 5, expected text'],
    [{ color: { $like: '{{other}}' } }, 'at color.$like: found "{{other}}", expected text'],
    [{ color: 'a\0b' }, 'at color'],
    [{ color: '{{drop table}}' }, 'at color: found "drop table", expected a field name'],
    [{ 'active?': true }, 'at active?: found "active?", expected "active", without the "?"'],
    [{ 'a b': 1 }, 'at a b: found "a b", expected a field name'],
    [{ 'custom@': 1 }, 'expected a field name such as price or custom@color'],
    [{ $orr: [{ a: 1 }] }, 'at $orr: found "$orr", expected $or or a field name'],
    [{ $gt: 5 }, 'at $gt: found "$gt", expected a field before the operator'],
    [{ $or: { a: 1 } }, 'at $or: found {"a":1}, expected a list of filters'],
    [{ $or: [] }, 'at $or: found [], expected a list of filters with at least one'],
    [{ $or: [{ a: 1 }, {}] }, 'at $or[1]: found {}, expected a condition'],
    [{ $or: [{ a: 1 }, []] }, 'at $or[1]: found [], expected a condition'],
    [{ $or: [{ a: 1 }, { $and: [{ b: { $x: 1 } }] }] }, 'at $or[1].$and[0].b.$x: found "$x"'],
    [[{ a: 1 }, 'b'], 'at [1]: found "b", expected an object'],
  ])('refuses %j', (filter, message) => {
    expect(() => parseFilter(filter)).toThrow(ConfigurationError);
    expect(() => parseFilter(filter)).toThrow(message);
  });

  it('refuses a nesting that would exhaust the stack', () => {
    let lists: unknown = { a: 1 };
    let objects: unknown = { a: 1 };
    for (let level = 0; level < 20_000; level += 1) {
      lists = [lists];
      objects = { $and: [objects] };
    }
    expect(() => parseFilter(lists)).toThrow('at most 50 levels');
    expect(() => parseFilter(objects)).toThrow('at most 50 levels');
  });
});

describe('the JSON form of a request', () => {
  it('means the same as the filter', () => {
    const [name, json] = encodeJson(documented);
    expect(name).toBe('_filter');
    expect(JSON.parse(json)).toEqual({
      ...documented,
      $or: [
        { $and: [{ price: { $gte: 10 } }, { price: { $lte: 20 } }] },
        { price: 0 },
        { cost: 0, updated_at: { $gt: '2012-01-01' } },
      ],
    });
  });

  it.each<[Filter, string]>([
    [{}, '{}'],
    [{ cost: null }, '{"cost":{"$eq":null}}'],
    [[{ cost: 0 }, { cost: { $lt: 1 } }], '{"$and":[{"cost":0},{"cost":{"$lt":1}}]}'],
    [{ cost: { $in: [] } }, '{"cost":{"$in":[]}}'],
    [{ shipped: { $gt: '{{ received }}' } }, '{"shipped":{"$gt":"{{received}}"}}'],
    [JSON.parse('[{"__proto__": 1}, {"a": 2}]'), '{"__proto__":1,"a":2}'],
  ])('of %j is %s', (filter, json) => {
    expect(encodeJson(filter)[1]).toBe(json);
    expect(() => parseFilter(JSON.parse(json))).not.toThrow();
  });
});
