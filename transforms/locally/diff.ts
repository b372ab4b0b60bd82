/** What changed between two feeds of a store. */

/** A line of a feed. Figures as they stand in the file; price undefined where the feed has none. */
export interface FeedLine {
  readonly upc: string;
  readonly qty: string;
  readonly price: string | undefined;
}

/**
 * `sold_out` and `back` are quantities that became and ceased to be 0; `no_longer_sent` is a 0 that says nothing of the
 * stock, because the product is no longer one to be sent; `left_out` is a product that the file no longer has at all.
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
 * Compares two feeds that are sorted by UPC, holding one line of each. A line that changed twice gives two changes.
 *
 * @param isGone whether the later feed has the product only to say that it is gone
 */
export async function* feedChanges(
  before: AsyncIterator<FeedLine>,
  after: AsyncIterator<FeedLine>,
  isGone: (upc: string) => boolean,
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
        yield { kind: quantityChange(old, now, isGone), upc: now.upc, before: old, after: now };
      }
      // A product that is gone has no price; that is no news beside its quantity.
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
  isGone: (upc: string) => boolean,
): ChangeKind {
  if (after.qty === '0') return isGone(after.upc) ? 'no_longer_sent' : 'sold_out';
  return before.qty === '0' ? 'back' : 'quantity';
}

async function nextOf(lines: AsyncIterator<FeedLine>): Promise<FeedLine | undefined> {
  const next = await lines.next();
  return next.done ? undefined : next.value;
}
