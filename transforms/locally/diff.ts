/** What changed between two feeds of a store. */

/** A line of a feed, with the text of the file. No price where the feed has no such column. */
export interface FeedLine {
  readonly upc: string;
  readonly qty: string;
  readonly price: string | undefined;
}

/**
 * `sold_out` and `back`: the quantity became 0, or is no longer 0. `no_longer_sent`: the quantity is
 * 0 because the product was removed from the feed. `left_out`: the file no longer has the product.
 */
export type ChangeKind =
  | 'new'
  | 'left_out'
  | 'sold_out'
  | 'no_longer_sent'
  | 'back'
  | 'quantity'
  | 'price';

export interface FeedChange {
  readonly kind: ChangeKind;
  readonly upc: string;
  readonly before: FeedLine | undefined;
  readonly after: FeedLine | undefined;
}

/**
 * Compares two feeds that are sorted by UPC; memory holds one line of each.
 *
 * A line with another quantity and another price gives two changes.
 *
 * @param isRemoved whether the later feed sends the product as 0 because it was removed
 */
export async function* feedChanges(
  before: AsyncIterator<FeedLine>,
  after: AsyncIterator<FeedLine>,
  isRemoved: (upc: string) => boolean,
): AsyncGenerator<FeedChange> {
  let [old, now] = await Promise.all([nextOf(before), nextOf(after)]);
  while (old !== undefined || now !== undefined) {
    if (now === undefined || (old !== undefined && old.upc < now.upc)) {
      yield { kind: 'left_out', upc: old!.upc, before: old, after: undefined };
      old = await nextOf(before);
    } else if (old === undefined || now.upc < old.upc) {
      yield { kind: 'new', upc: now.upc, before: undefined, after: now };
      now = await nextOf(after);
    } else {
      if (old.qty !== now.qty) {
        yield { kind: quantityChange(old, now, isRemoved), upc: now.upc, before: old, after: now };
      }
      // A removed product has no price, which is no change of its own.
      if (old.price !== now.price && now.price !== '' && old.price !== '') {
        yield { kind: 'price', upc: now.upc, before: old, after: now };
      }
      [old, now] = await Promise.all([nextOf(before), nextOf(after)]);
    }
  }
}

function quantityChange(
  before: FeedLine,
  after: FeedLine,
  isRemoved: (upc: string) => boolean,
): ChangeKind {
  if (after.qty === '0') return isRemoved(after.upc) ? 'no_longer_sent' : 'sold_out';
  return before.qty === '0' ? 'back' : 'quantity';
}

async function nextOf(lines: AsyncIterator<FeedLine>): Promise<FeedLine | undefined> {
  const next = await lines.next();
  return next.done ? undefined : next.value;
}
