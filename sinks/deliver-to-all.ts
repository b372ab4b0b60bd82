import { DeliveryError } from '../transforms/errors.ts';
import type { Deliver, Receipt } from './outgoing.ts';

/** Some destinations have the files, others not. Do: mend those named, run the command again; it sends to all. */
export class PartlyDeliveredError extends DeliveryError {
  /** Of the destinations that have the files. */
  readonly receipts: readonly Receipt[];

  constructor(failures: readonly Error[], receipts: readonly Receipt[]) {
    const there = [...new Set(receipts.map(receipt => receipt.destination))];
    super(
      'PARTLY_DELIVERED',
      {
        problem: failures.map(failure => failure.message.replace(/\.$/, '')).join('. '),
        next:
          there.length === 0
            ? 'No destination has the files.'
            : `These have the files: ${there.join(', ')}.`,
      },
      failures[0],
    );
    this.receipts = receipts;
  }
}

/**
 * Hands the same files to several destinations at once, each in its own time: one that fails does not stop the others.
 *
 * @returns every destination's receipts, in the order of the destinations
 */
export function deliverToAll(deliveries: readonly Deliver[]): Deliver {
  const [only, ...others] = deliveries;
  if (only !== undefined && others.length === 0) return only;
  return async (files, signal) => {
    const ended = await Promise.allSettled(deliveries.map(deliver => deliver(files, signal)));
    const receipts = ended.flatMap(end => (end.status === 'fulfilled' ? end.value : []));
    const reasons = ended.flatMap(end => (end.status === 'rejected' ? [end.reason] : []));
    if (reasons.length === 0) return receipts;
    const unexpected = reasons.find(reason => !(reason instanceof DeliveryError));
    if (unexpected !== undefined) throw unexpected;
    throw new PartlyDeliveredError(reasons, receipts);
  };
}
