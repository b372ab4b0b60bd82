import { DeliveryError, InterruptedError } from '../transforms/errors.ts';
import type { Deliver, Receipt } from './delivery.ts';

/** Some destinations received the files, others did not. Fix the named ones, then run it again. */
export class PartlyDeliveredError extends DeliveryError {
  /** Receipts of the files that were delivered. */
  readonly receipts: readonly Receipt[];

  /** @param delivered says what was delivered; default: the destinations that have all files */
  constructor(
    failures: readonly Error[],
    receipts: readonly Receipt[],
    delivered: string = deliveredTo(receipts),
  ) {
    const problem = failures.map(failure => failure.message.replace(/\.$/, '')).join('. ');
    super('PARTLY_DELIVERED', { problem, next: delivered }, failures[0]);
    this.receipts = receipts;
  }
}

/** Stopped on request after some destinations received the files. Run it again. */
class PartlyInterruptedError extends InterruptedError {
  /** Receipts of the destinations that have the files. */
  readonly receipts: readonly Receipt[];

  constructor(stopped: InterruptedError, receipts: readonly Receipt[]) {
    const problem = stopped.message.replace(/\.$/, '');
    super(stopped.code, { problem, next: deliveredTo(receipts) }, stopped);
    this.receipts = receipts;
  }
}

function deliveredTo(receipts: readonly Receipt[]): string {
  const destinations = [...new Set(receipts.map(receipt => receipt.destination))];
  return destinations.length === 0
    ? 'No destination has the files.'
    : `These have the files: ${destinations.join(', ')}.`;
}

/** Receipts of the files that were delivered before a delivery failed. */
export function arrivedBefore(error: unknown): readonly Receipt[] {
  return error instanceof PartlyDeliveredError || error instanceof PartlyInterruptedError
    ? error.receipts
    : [];
}

/**
 * Delivers the same files to several destinations at once; a failure does not stop the others.
 *
 * @returns every destination's receipts, in the order of the destinations
 * @throws PartlyDeliveredError, or PartlyInterruptedError after an abort; each holds the receipts of
 *   the destinations that received the files
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
    if (unexpected instanceof InterruptedError) {
      throw new PartlyInterruptedError(unexpected, receipts);
    }
    if (unexpected !== undefined) throw unexpected;
    throw new PartlyDeliveredError(reasons, receipts);
  };
}
