import { describe, expect, onTestFinished, test } from 'vitest';
import type { Json } from '../heartland/decimal.ts';
import { startSmtp } from '../smtp/server.ts';
import { linesOf, type Scene, scene } from './scene.ts';

type Row = Readonly<Record<string, Json>>;
type Page = { readonly results: readonly (Row | null)[] };

const DAY = (day: number) => new Date(Date.UTC(2026, 10, day, 18));

/** An item of the feed that has its UPC for itself and is in stock in the first store. */
function productOf({ heartland: { ledger } }: Scene) {
  const location = ledger.locations[0]!.id;
  return ledger.items.find(
    ({ id, custom }) =>
      custom.upc?.startsWith('7') &&
      ledger.account.onHand(id, location) >= 3 &&
      ledger.items.filter(other => other.custom.upc === custom.upc).length === 1,
  )!;
}

/** Garbles the rows of one item on their way. */
function garble({ heartland }: Scene, path: string, id: number, change: Row | null) {
  const isOf = (row: Row | null) => row?.[path === 'items' ? 'id' : 'item_id'] === id;
  return heartland.faults.add({
    kind: 'transform',
    path,
    body: body => {
      const page = body as Page;
      const results = page.results.map(row =>
        isOf(row) ? (change === null ? null : { ...row, ...change }) : row,
      );
      return { ...page, results } as Json;
    },
  });
}

const noteOf = (checks: readonly { readonly name: string }[]) =>
  checks.find(({ name }) => name === 'rows that could not be read');

describe('a row of stock or of an item that cannot be read', () => {
  test('leaves its product as it was last sent, and the screen, the list and the mail name it', async () => {
    const smtp = await startSmtp();
    onTestFinished(() => smtp.close());
    const email = { smtp: smtp.url, from: 'ops@acme.example', to: ['owner@acme.example'] };
    const shop = await scene({ locally: { filter: {}, report: { email } } });
    const { ftp, run } = shop;
    await run();
    const before = linesOf(await ftp.read('12345.csv'));
    const { id, publicId } = productOf(shop);
    const variants: readonly [path: string, change: Row | null, names: RegExp][] = [
      ['inventory/values', null, /an item that the row does not name at location 1: a row must be/],
      ['inventory/values', { location_id: 'x' }, /at location 1: location_id is "x"/],
      ['inventory/values', { item_id: [id] as unknown as Json }, /item_id is \[/],
      [
        'inventory/values',
        { qty_available: 'x' },
        new RegExp(`item ${publicId} at location 1: qty`),
      ],
      [
        'inventory/values',
        { qty_available: null },
        new RegExp(`item ${publicId} at location 1: qty_available is (null|missing)`),
      ],
      ['items', null, /an item that the row does not name: a row must be an object/],
      ['items', { price: 'x' }, new RegExp(`item ${publicId}: price is "x"`)],
    ];
    // The last two days are more than a week later, when the items are read whole.
    for (const [n, [path, change, names]] of variants.entries()) {
      const spoiling = garble(shop, path, id, change);
      const now = DAY(n < 5 ? 22 + n : 8 * n);
      const { checks, problems } = await run({ now });
      expect(linesOf(await ftp.read('12345.csv')), JSON.stringify(change)).toEqual(before);
      expect(noteOf(checks)).toMatchObject({
        verdict: 'note',
        detail: expect.stringMatching(names),
      });
      expect(problems[0]).toMatchObject({ kind: 'quarantined', treatment: 'noted' });
      expect(smtp.messages.at(-1)!.text).toMatch(/Worth knowing:\n {2}rows that could not be read/);
      spoiling.off();
      if (change !== null) continue;
      // Young as it is, what could not be read is asked for again.
      const healed = await run({ now });
      expect(noteOf(healed.checks), path).toBeUndefined();
    }
  });

  test('holds the feed where a product would be sent as gone that may be in such a row', async () => {
    const shop = await scene({ locally: { filter: {} } });
    const { heartland, ftp, run } = shop;
    await run();
    const old = await ftp.read('12345.csv');
    const item = productOf(shop);
    const other = heartland.ledger.items.find(({ custom }) => custom.upc === undefined)!;
    // The number moves to another item, whose row is garbled.
    const { upc, ...rest } = item.custom;
    heartland.ledger.advanceTo(DAY(22).getTime() - 3_600_000);
    heartland.ledger.changeItem(item.id, { custom: rest });
    heartland.ledger.changeItem(other.id, { custom: { ...other.custom, upc: upc! } });
    const spoiling = garble(shop, 'items', other.id, null);
    const error = await run({ now: DAY(22) }).then(
      () => expect.unreachable(),
      (reason: Error) => reason,
    );
    expect(error).toMatchObject({ code: 'FEED_HELD', exitCode: 4 });
    expect(error.message).toMatch(`products that disappeared: 1 (as UPC ${upc}`);
    expect((await ftp.read('12345.csv')).equals(old)).toBe(true);
    spoiling.off();
    const { checks } = await run({ now: DAY(22) });
    expect(noteOf(checks)).toBeUndefined();
    expect(linesOf(await ftp.read('12345.csv')).some(line => line.startsWith(`${upc},`))).toBe(
      true,
    );
  });

  test('in the first pull of all there is nothing known: its product is not sent, and that is said', async () => {
    const shop = await scene({ locally: { filter: {} } });
    const { id, custom } = productOf(shop);
    garble(shop, 'inventory/values', id, null);
    const { checks } = await shop.run();
    expect(noteOf(checks)).toMatchObject({ verdict: 'note', figure: '2' });
    const lines = linesOf(await shop.ftp.read('12345.csv'));
    expect(lines.filter(line => line.startsWith(`${custom.upc},`))).toEqual([]);
  });
});
