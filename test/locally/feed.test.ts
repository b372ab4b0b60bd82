import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locallyDiff } from '../../pipelines/exports/locally/diff.ts';
import { expectedLines, expectedUpc } from './oracle.ts';
import { linesOf, NOW, scene } from './scene.ts';

const onLocally = (item: { custom: Readonly<Record<string, string | null>> }) =>
  item.custom.sell_on_locally === 'true';

describe('the feed', () => {
  test('every UPC, quantity and price matches independent sums of the stand-in’s movements', async () => {
    const { heartland, ftp, run } = await scene();

    const result = await run();

    expect(result.status).toBe('delivered');
    for (const [locationNumber, file] of [
      ['1', '12345.csv'],
      ['2', '12346.csv'],
    ] as const) {
      const [header, ...lines] = linesOf(await ftp.read(file));
      expect(header).toBe('upc,qty,price');
      const expected = expectedLines(heartland.ledger, {
        locations: [locationNumber],
        selects: onLocally,
      });
      expect(lines).toEqual(expected);
      expect(expected.length).toBeGreaterThan(20);
    }
  });

  test.each([2, 3, 4])(
    'the same holds in another account (seed %i), without a filter',
    async seed => {
      const { heartland, ftp, run } = await scene({ seed, locally: { filter: {} } });

      await run();

      for (const [locationNumber, file] of [
        ['1', '12345.csv'],
        ['2', '12346.csv'],
      ] as const) {
        const [, ...lines] = linesOf(await ftp.read(file));
        expect(lines).toEqual(expectedLines(heartland.ledger, { locations: [locationNumber] }));
      }
    },
  );

  test('the item number can be the UPC, and only valid UPCs are sent', async () => {
    const { heartland, ftp, run } = await scene({
      configuration: {
        item_fields: { upc: 'public_id' },
        locations: { '1': { locally_id: '12345' } },
      },
      locally: { filter: {} },
    });
    const { ledger } = heartland;
    const numbered = ledger.items
      .filter(item => /^[37]\d{11}$/.test(item.custom.upc ?? ''))
      .slice(-5);
    for (const { id, custom } of numbered) ledger.changeItem(id, { publicId: custom.upc! });

    const { counts } = await run();

    const [, ...lines] = linesOf(await ftp.read('12345.csv'));
    const upcs = new Set(numbered.map(item => item.publicId));
    expect(lines).toEqual(
      expectedLines(ledger, { locations: ['1'], selects: item => upcs.has(item.publicId) }),
    );
    expect(lines.length).toBeGreaterThan(2);
    expect(counts.find(each => each.reason === 'upc_not_digits')?.items).toBeGreaterThan(30);
  });

  test('the files on the FTP server equal those in the warehouse byte for byte', async () => {
    const { ftp, run, exports, bytes } = await scene();

    const { exportId } = await run();

    const [recorded] = await exports();
    expect(recorded).toMatchObject({ exportId, status: 'delivered', period: '2026-11-21' });
    expect(recorded!.files.map(file => file.name)).toEqual(['12345.csv', '12346.csv']);
    expect(recorded!.receipts.map(receipt => receipt.bytes)).toEqual(
      recorded!.files.map(f => f.bytes),
    );
    for (const { name } of recorded!.files) {
      expect((await ftp.read(name)).equals(await bytes(recorded!.exportId, name))).toBe(true);
    }
    expect(await ftp.list()).toEqual(['12345.csv', '12346.csv']);
  });

  test('on hand can be sent instead of available', async () => {
    const { heartland, ftp, run } = await scene({ locally: { quantity: 'on_hand', filter: {} } });

    await run();

    const [, ...lines] = linesOf(await ftp.read('12345.csv'));
    expect(lines).toEqual(
      expectedLines(heartland.ledger, { locations: ['1'], quantity: 'on_hand' }),
    );
  });

  test('a lost leading zero is restored; invalid UPCs are left out with reason and fix', async () => {
    const { heartland, ftp, run } = await scene({ locally: { filter: {} } });
    const { dirt, account } = heartland.ledger;
    const lost = account.item(dirt.get('upcLostZero')![0]!);

    const { counts, problems } = await run();

    const sent = linesOf(await ftp.read('12345.csv'));
    expect(lost.custom.upc).toHaveLength(11);
    expect(sent.some(line => line.startsWith(`0${lost.custom.upc},`))).toBe(true);
    const reasonOf = (kind: Parameters<typeof dirt.get>[0]) =>
      dirt.get(kind)!.map(id => {
        const { publicId } = account.item(id);
        return problems.find(each => each.itemNumber === publicId && each.treatment === 'left_out')
          ?.kind;
      });
    expect(new Set(reasonOf('upcAbsent'))).toEqual(new Set(['upc_missing']));
    expect(new Set(reasonOf('upcEmpty'))).toEqual(new Set(['upc_missing']));
    expect(new Set(reasonOf('upcScientific'))).toEqual(new Set(['upc_scientific_notation']));
    expect(new Set(reasonOf('upcZeros'))).toEqual(new Set(['upc_all_zero']));
    expect(new Set(reasonOf('upcBadCheckDigit'))).toEqual(new Set(['upc_bad_check_digit']));
    expect(new Set(reasonOf('upcInHouse'))).toEqual(new Set(['upc_in_house']));
    const bad = problems.find(each => each.kind === 'upc_bad_check_digit')!;
    expect(bad.fix).toContain('Compare it with the label');
    expect(bad.found).toBe(account.item(dirt.get('upcBadCheckDigit')![0]!).custom.upc);

    const leftOut = counts.filter(each => each.treatment === 'left_out');
    const withoutUpc = heartland.ledger.items.filter(item => !expectedUpc(item.custom.upc));
    expect(leftOut.reduce((sum, each) => sum + each.items, 0)).toBe(withoutUpc.length);
  });

  test('items with the same UPC are combined at the lowest price, and the difference is reported', async () => {
    const { heartland, ftp, run } = await scene({ locally: { filter: {} } });
    const { dirt, account } = heartland.ledger;
    const [one, other] = [dirt.get('upcTwice')![0]!, dirt.get('upcTwiceToo')![0]!].map(id =>
      account.item(id),
    );

    const { problems } = await run();

    const upc = one!.custom.upc!;
    expect(other!.custom.upc).toBe(upc);
    const lines = linesOf(await ftp.read('12345.csv')).filter(line => line.startsWith(upc));
    expect(lines).toHaveLength(1);
    expect(
      problems
        .filter(each => each.kind === 'upc_shared_prices_differ')
        .map(each => each.itemNumber),
    ).toEqual(expect.arrayContaining([one!.publicId, other!.publicId]));
  });

  test('a product removed since the last feed is sent as 0 for a month, then no longer', async () => {
    const { heartland, ftp, run, within } = await scene();
    await run();
    const before = linesOf(await ftp.read('12345.csv'));
    const removed = heartland.ledger.items.find(
      item =>
        onLocally(item) &&
        before.some(line => line.startsWith(`${item.custom.upc},`) && !line.includes(',0,')),
    )!;
    heartland.ledger.changeItem(removed.id, {
      custom: { ...removed.custom, sell_on_locally: 'false' },
    });

    const later = await run({ now: new Date('2026-11-22T18:00:00Z') });

    const line = `${removed.custom.upc},0,`;
    expect(linesOf(await ftp.read('12345.csv'))).toContain(line);
    expect(later.stores[0]).toMatchObject({ locallyId: '12345', removedRows: 1 });
    const { stores } = await within({}, work => locallyDiff(work.warehouse));
    expect(stores[0]!.counts).toMatchObject({ no_longer_sent: 1, sold_out: 0 });
    await run({ now: new Date('2026-12-23T18:00:00Z') });
    expect(linesOf(await ftp.read('12345.csv'))).toContain(line);
    await run({ now: new Date('2026-12-24T18:00:00Z') });
    expect(linesOf(await ftp.read('12345.csv'))).not.toContain(line);
  });

  test('the inventory is pulled again only when it is too old', async () => {
    const { heartland, run } = await scene();
    const pulls = () => heartland.requests.filter(each => each.path === 'inventory/values').length;
    await run();
    const first = pulls();

    await run({ now: new Date(NOW.getTime() + 59 * 60_000) });
    expect(pulls()).toBe(first);
    const third = await run({ now: new Date(NOW.getTime() + 61 * 60_000) });
    expect(pulls()).toBeGreaterThan(first);
    expect(third.status).toBe('delivered');
  });

  test('all stores can share one file, with the Locally id as first column', async () => {
    const { heartland, ftp, run } = await scene({
      locally: { files: 'combined', filter: {}, layout: { line_end: 'crlf', bom: true } },
    });

    const { files } = await run();

    expect(files).toHaveLength(1);
    const text = (await ftp.read(files[0]!.name)).toString('utf8');
    const expected = ['1', '2'].flatMap(locationNumber =>
      expectedLines(heartland.ledger, { locations: [locationNumber] }).map(
        line => `${locationNumber === '1' ? '12345' : '12346'},${line}`,
      ),
    );
    expect(text).toBe(
      `\uFEFF${['locally_id,upc,qty,price', ...expected].map(line => `${line}\r\n`).join('')}`,
    );
  });

  test('with --out the files are written to the folder and not sent', async () => {
    const { folder, ftp, run, exports } = await scene();
    const out = join(folder, 'out');

    const result = await run({ out });

    expect(result.status).toBe('saved');
    expect((await readdir(out)).sort()).toEqual(['12345.csv', '12346.csv']);
    expect(ftp.logIns()).toBe(0);
    expect((await exports()).map(each => each.status)).toEqual(['saved']);
  });

  test('a dry run makes the feed and saves nothing', async () => {
    const { ftp, run, exports, leftovers, within } = await scene();

    const result = await run({ dryRun: true });

    expect(result).toMatchObject({ status: 'dry_run', exportId: undefined, receipts: [] });
    expect(result.files.map(file => file.rows)).toEqual(result.stores.map(store => store.rows));
    expect(ftp.logIns()).toBe(0);
    expect(await exports()).toEqual([]);
    expect(await leftovers()).toEqual([]);
    const listed = await within({}, work =>
      work.warehouse.query('select from _locally_feed_products'),
    );
    expect(listed).toEqual([]);
  });
});
