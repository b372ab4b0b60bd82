import { lastValueFrom } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { sync } from '../../pipelines/sync/sync.ts';
import { locations } from '../../sources/heartland/streams/master.ts';
import { expectedLines } from './oracle.ts';
import { linesOf, scene } from './scene.ts';

describe('which items are sent', () => {
  test('all of several filters must match', async () => {
    const { heartland, ftp, run } = await scene({
      locally: {
        filter: [
          { active: true, 'custom@sell_on_locally': 'true' },
          { $or: [{ 'custom@brand': { $in: ['Acorn', 'Bluebird'] } }, { price: { $gt: 100 } }] },
          { description: { $like: '*e*' } },
        ],
      },
    });

    const { counts } = await run();

    const [, ...lines] = linesOf(await ftp.read('12345.csv'));
    const expected = expectedLines(heartland.ledger, {
      locations: ['1'],
      selects: ({ isActive, custom, priceCents, description }) =>
        isActive &&
        custom.sell_on_locally === 'true' &&
        (['Acorn', 'Bluebird'].includes(custom.brand ?? '') || (priceCents ?? 0) > 10_000) &&
        /e/i.test(description ?? ''),
    });
    expect(lines).toEqual(expected);
    expect(expected.length).toBeGreaterThan(3);
    expect(counts.find(each => each.reason === 'filtered')?.items).toBeGreaterThan(10);
  });

  test('an unknown field in the filter is reported before any request to Heartland', async () => {
    const { heartland, run } = await scene({ locally: { filter: { activ: true } } });

    await expect(run()).rejects.toMatchObject({
      code: 'FILTER_FIELD_UNKNOWN',
      exitCode: 2,
      message: expect.stringContaining('"active"'),
    });
    expect(heartland.requests).toEqual([]);
  });

  test('a missing check digit is added only where that is configured', async () => {
    const { heartland, ftp, run } = await scene({ locally: { filter: {} } });
    const { ledger } = heartland;
    const clean = ledger.items.find(item => item.custom.upc?.startsWith('7') && item.isActive)!;
    ledger.changeItem(clean.id, { custom: { ...clean.custom, upc: '72760225918' } });

    await run();
    const without = linesOf(await ftp.read('12345.csv'));
    await run({ locally: { filter: {}, add_check_digit: true } });
    const added = linesOf(await ftp.read('12345.csv'));

    // One number of eleven digits is valid with its zero, the other is not: neither is guessed.
    const selects = ({ custom }: (typeof ledger.items)[number]) =>
      custom.upc?.length !== 11 || custom.upc === '72760225918';
    expect(without.slice(1)).toEqual(expectedLines(ledger, { locations: ['1'], selects }));
    expect(added.slice(1)).toEqual(
      expectedLines(ledger, { locations: ['1'], selects, addsCheckDigit: true }),
    );
    expect(added.some(line => line.startsWith('727602259185,'))).toBe(true);
  });
});

describe('which store a location is', () => {
  test('locations that share a Locally id are one store, its stock summed', async () => {
    const { heartland, ftp, run } = await scene({
      configuration: { locations: { '1': { locally_id: '5' }, '2': { locally_id: '5' } } },
      locally: { sum_locations: true, filter: {} },
    });

    const { stores } = await run();

    expect(stores).toMatchObject([{ locallyId: '5', locationNumbers: ['1', '2'] }]);
    const [, ...lines] = linesOf(await ftp.read('5.csv'));
    expect(lines).toEqual(expectedLines(heartland.ledger, { locations: ['1', '2'] }));
  });

  test('without any Locally id an account of several locations is refused with their numbers', async () => {
    const { ftp, run } = await scene({ configuration: { locations: {} } });

    await expect(run()).rejects.toMatchObject({
      code: 'LOCALLY_ID_MISSING',
      exitCode: 2,
      message: expect.stringContaining('["1","2","3","4"]'),
    });
    expect(ftp.logIns()).toBe(0);
  });

  test('an account with one location needs no Locally id; the file has the merchant’s name', async () => {
    const { heartland, ftp, run, within } = await scene({
      configuration: { locations: {} },
      locally: { filter: {} },
    });
    await within({}, async work => {
      await lastValueFrom(sync(work, [locations]));
      await work.warehouse.query(`update locations set _deleted_at = now() where public_id <> '1'`);
    });

    await run();

    const merchant = await within({}, async work => work.configuration.merchant);
    const [, ...lines] = linesOf(await ftp.read(`${merchant}.csv`));
    expect(lines).toEqual(expectedLines(heartland.ledger, { locations: ['1'] }));
  });
});

describe('safety stock', () => {
  test('the setting of the item comes before its class, the class before the store, then the default', async () => {
    const base = await scene({ locally: { filter: {} } });
    const { ledger } = base.heartland;
    const [first, second] = ledger.items.filter(item => item.custom.upc?.startsWith('7'));
    const classCode = ledger.items.find(item => item.custom.class_code)!.custom.class_code!;

    const { counts } = await base.run({
      locally: {
        filter: {},
        safety_stock: {
          default: 1,
          stores: { '12346': 3 },
          classes: { [classCode]: 2 },
          items: { [first!.publicId]: 0, [second!.publicId]: 4 },
        },
      },
    });

    const heldBack = (item: (typeof ledger.items)[number]) =>
      item === first
        ? 0
        : item === second
          ? 4
          : item.custom.class_code?.trim() === classCode
            ? 2
            : undefined;
    for (const [number, file, heldBackByStore] of [
      ['1', '12345.csv', 1],
      ['2', '12346.csv', 3],
    ] as const) {
      const [, ...lines] = linesOf(await base.ftp.read(file));
      expect(lines).toEqual(
        expectedLines(ledger, { locations: [number], heldBack, heldBackByStore }),
      );
    }
    expect(counts.find(each => each.reason === 'safety_stock')?.items).toBeGreaterThan(0);
  });
});
