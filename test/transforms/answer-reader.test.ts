import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type AnswerReader, answerReader } from '../../transforms/answer-reader.ts';
import { amount, keyDate, keyText, moment, ref, words, yesNo } from '../../transforms/columns.ts';

const row = z.object({
  on: keyDate('Day', 'date.date'),
  place: keyText('Place', 'location.public_id'),
  sales: amount('Sales', 'net.sales'),
  count: ref('Count'),
  note: words('Note'),
  at: moment('At'),
  open: yesNo('Open'),
});
const DAY = '2026-11-21';

const number = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.integer({ min: -1e6, max: 1e6 }).map(cents => JSON.stringify(cents / 100)),
  },
  // As Heartland writes them.
  { weight: 40, arbitrary: fc.integer({ min: -99, max: 999 }).map(units => `${units}.0`) },
  { weight: 10, arbitrary: fc.stringMatching(/^-?(0|[1-9]\d{0,3})\.\d{1,9}$/) },
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(value => JSON.stringify(value)),
  fc.constantFrom('0', '-0', '-0.0', '1e5', '1.50', '0.10', '12345678.12345678901234', '1e400'),
  fc.constantFrom('"12.50"', '"-3"', '""', '"x"', 'null', 'true', '{}'),
);
const text = fc.oneof(
  { weight: 20, arbitrary: fc.stringMatching(/^[A-Za-z0-9 ,{}[\]:.-]{0,12}$/) },
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('a\tb', 'back\\slash', '"quoted"', '\u0000', 'Ünïcödé', '\ud800', '\\N'),
);
/** Heartland's row, in its usual order, each value usual or not. */
const usual = fc
  .record({
    on: fc.oneof({ weight: 20, arbitrary: fc.constant(DAY) }, text),
    place: text,
    sales: number,
    count: fc.oneof({ weight: 20, arbitrary: fc.maxSafeInteger().map(String) }, number),
    note: fc.option(text),
    at: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('2026-11-21T10:00:00Z', null) },
      fc.constantFrom('2026-11-21 10:00:00', '2026-02-30T10:00:00Z', 'soon'),
    ),
    open: fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('true', 'false', 'null') },
      fc.constantFrom('"true"', '1'),
    ),
  })
  .map(
    ({ on, place, sales, count, note, at, open }) =>
      `{"date.date":${JSON.stringify(on)},"location.public_id":${JSON.stringify(place)},"net.sales":${sales},"count":${count},"note":${JSON.stringify(note)},"at":${JSON.stringify(at)},"open?":${open}}`,
  );
/** Now and then a row with other keys, another order, or none at all. */
const odd = fc.oneof(
  fc.constantFrom(
    '{}',
    '[]',
    'null',
    '7',
    '"{}"',
    '{"date.date":"2026-11-21"}',
    ' {"a" : [1, {}]}',
  ),
  usual.map(one => one.replace('{"date.date"', '{"new":{"deep":[1,"]}"]},"date.date"')),
);
const rows = fc.array(fc.oneof({ weight: 15, arbitrary: usual }, odd), { maxLength: 60 });

/** The same answer to a reader that may skip the parser, and to one that has to look at each row. */
function bothWays(read: AnswerReader, answer: string) {
  const [quick, parsed] = [read(Buffer.from(answer)), read(Buffer.from(answer), all => all)];
  const found = ({ rows, ...answer }: typeof quick) => ({
    ...answer,
    accepted: rows.accepted,
    // Rows that need a second look come after the others.
    lines: Buffer.from(rows.copy).toString().split('\n').sort(),
    rejected: rows.rejected.map(({ row, reason }) => `${JSON.stringify(row)} ${reason}`).sort(),
  });
  return [found(quick), found(parsed)];
}

test('an answer is the same rows, byte for byte, with and without a parser', () => {
  const read = answerReader(row, { runId: '7', within: { column: 'on', value: DAY } });
  fc.assert(
    fc.property(rows, fc.boolean(), (results, isFirst) => {
      const list = `"results":[${results.join(',')}]`;
      const answer = isFirst ? `{${list},"total":9,"pages":1}` : `{"total":9,"pages":1,${list}}`;
      const [quick, parsed] = bothWays(read, answer);
      expect(quick).toEqual(parsed);
      expect(quick!.accepted + quick!.rejected.length).toBe(results.length);
    }),
    { numRuns: 500 },
  );
});

test.each([0, 1, 2, 3])(
  'rows are found whole wherever an answer of megabytes is cut: %i',
  shift => {
    const read = answerReader(row, { runId: '7' });
    const line = (n: number) =>
      `{"date.date":"${DAY}","location.public_id":"${'x'.repeat(n % 97)}","net.sales":${n},"count":null,"note":"${n === 700 ? '\\"' : ''}","at":null,"open?":true}`;
    const results = Array.from({ length: 20_000 }, (_, n) => line(n));
    const answer = `{"pad":"${'-'.repeat(shift)}","results":[${results.join(',')}],"total":20000}`;
    const [quick, parsed] = bothWays(read, answer);
    expect(quick!.accepted).toBe(20_000);
    expect(quick!.lines).toEqual(parsed!.lines);
    expect(quick!.envelope).toEqual({ pad: '-'.repeat(shift), results: [], total: 20_000 });
  },
);

test('what is not JSON is refused, whichever part of it is broken', () => {
  const read = answerReader(row, { runId: '7' });
  const good = `{"date.date":"${DAY}","location.public_id":"1","net.sales":1,"count":1,"note":"","at":null,"open?":null}`;
  for (const answer of [
    `{"results":[${good}`,
    `{"results":[${good}]`,
    `{"results":[${good},]}`,
    `{"results":[${good} ${good}]}`,
    `{"results":[${good},{"date.date":}]}`,
    `{"results":[${good},${good.replace('"1"', '"\u0001"')}]}`,
    `{"results":[${good}],"total"}`,
  ])
    expect(() => read(Buffer.from(answer)), answer).toThrow(SyntaxError);
});
