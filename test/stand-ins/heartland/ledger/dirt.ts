import type { Dirt } from '../catalogue-facts.ts';
import { DIRT } from '../catalogue-facts.ts';
import type { Item } from './documents.ts';
import { nthUpc, upcOf } from './upc.ts';

/** Which dirt the nth item carries. The first items carry one each, so that every size has all; later about one in ten. */
export function dirtAt(n: number): Dirt | undefined {
  return DIRT[n < DIRT.length ? n : n % 271];
}

/** Spoils a clean item in one way. */
export function spoil(item: Item, dirt: Dirt, n: number): void {
  const custom: Record<string, string | null> = { ...item.custom };
  switch (dirt) {
    case 'classAbsent':
      delete custom.class_code;
      break;
    case 'classNull':
      custom.class_code = null;
      break;
    case 'classEmpty':
      custom.class_code = '';
      break;
    case 'classUnknown':
      custom.class_code = '999';
      break;
    case 'classStraySpace':
      custom.class_code = `${custom.class_code} `;
      break;
    case 'classStrayCase':
      custom.class_code = 'uncl';
      break;
    case 'upcAbsent':
      delete custom.upc;
      break;
    case 'upcEmpty':
      custom.upc = '';
      break;
    case 'upcLostZero':
      // 0 43193 2xxxx c without its zero: eleven digits, valid again once it is put back.
      custom.upc = upcOf(`043193${String(20_000 + n).padStart(5, '0')}`).slice(1);
      break;
    case 'upcDashes':
      custom.upc = custom.upc?.replace(/^(.)(.{5})(.{5})(.)$/, '$1-$2-$3-$4') ?? null;
      break;
    case 'upcSpaces':
      custom.upc = ` ${custom.upc?.slice(0, 6)} ${custom.upc?.slice(6)}`;
      break;
    case 'upcScientific':
      custom.upc = '7.27603E+11';
      break;
    case 'upcZeros':
      custom.upc = '000000000000';
      break;
    case 'upcBadCheckDigit':
      custom.upc = `${custom.upc?.slice(0, 11)}${(Number(custom.upc?.[11]) + 1) % 10}`;
      break;
    case 'upcInHouse':
      custom.upc = upcOf(`2${String(n).padStart(10, '0')}`);
      break;
    case 'upcTwiceToo':
      custom.upc = nthUpc(n - 1);
      item.priceCents = (item.priceCents ?? 0) + 500;
      item.originalPriceCents = null;
      break;
    case 'textControl':
      item.description = 'Tee\twith a tab,\na line break\r\nand \\N; ok?';
      item.longDescription = 'First line\nsecond line\\\n\\.\n';
      custom.brand = 'Ta\tb & Co.';
      break;
    case 'textQuotes':
      item.description = `Hat 7" "Lucky" \\ 🎩 O'Neill, blå | ½`;
      custom.brand = '\\N';
      break;
    case 'priceNull':
      item.priceCents = null;
      item.originalPriceCents = null;
      break;
    case 'costNull':
      item.costCents = null;
      break;
    case 'inactive':
      item.isActive = false;
      break;
    case 'fractional':
      item.allowsFractionalQty = true;
      item.description = 'Ribbon by the yard';
      break;
    case 'markedDown':
      item.originalPriceCents = (item.priceCents ?? 0) + 2000;
      break;
    case 'notForLocally':
      custom.sell_on_locally = 'false';
      break;
    case 'upcTwice':
    case 'negativeStock':
      break;
  }
  item.custom = custom;
}
