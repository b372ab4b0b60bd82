import { DeliveryError, InterruptedError } from '../transforms/errors.ts';
import type { Deliver, Receipt } from './delivery.ts';

/** Some destinations have the files, others not. Do: mend those named, run the command again; it sends to all. */
export class PartlyDeliveredError extends DeliveryError {
  /** Of what arrived. */
  readonly receipts: readonly Receipt[];

  /** @param told the sentence that says what arrived; default names the destinations that have all files */
  constructor(
    failures: readonly Error[],
    receipts: readonly Receipt[],
    told: string = whoHasThem(receipts),
  ) {
    const problem = failures.map(failure => failure.message.replace(/\.$/, '')).join('. ');
    super('PARTLY_DELIVERED', { problem, next: told }, failures[0]);
    this.receipts = receipts;
  }
}

/** Stopped on request when some destinations had the files already. Do: run the command again; it sends to all. */
class PartlyInterruptedError extends InterruptedError {
  /** Of the destinations that have the files. */
  readonly receipts: readonly Receipt[];

  constructor(stopped: InterruptedError, receipts: readonly Receipt[]) {
    const problem = stopped.message.replace(/\.$/, '');
    super(stopped.code, { problem, next: whoHasThem(receipts) }, stopped);
    this.receipts = receipts;
  }
}

function whoHasThem(receipts: readonly Receipt[]): string {
  const there = [...new Set(receipts.map(receipt => receipt.destination))];
  return there.length === 0
    ? 'No destination has the files.'
    : `These have the files: ${there.join(', ')}.`;
}

/** What arrived although a delivery failed. */
export function arrivedBefore(error: unknown): readonly Receipt[] {
  return error instanceof PartlyDeliveredError || error instanceof PartlyInterruptedError
    ? error.receipts
    : [];
}

/**
 * Hands the same files to several destinations at once, each in its own time: one that fails does not stop the others.
 *
 * @returns every destination's receipts, in the order of the destinations
 * @throws PartlyDeliveredError, or PartlyInterruptedError after an abort; each has the receipts of those that got them
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
