/**
 * What a status from Locally means for the stock.
 *
 * The public pages name only some statuses (webhooks reference: "confirmed"; ordered, ready,
 * refunded in text). So the status is searched for words, and an unknown one counts as ordered:
 * better one unit too few in the feed than one sold twice.
 */
export type OrderPhase = 'ordered' | 'confirmed' | 'completed' | 'ended';

const ENDED =
  /\b(auto ?)?(cancel(l?ed)?|refunded|refund|declined|rejected|expired|voided|void|failed|returned|unavailable)\b/;
const COMPLETED = /\b(completed?|picked up|collected|fulfilled|delivered|closed)\b/;
const CONFIRMED = /\b(confirmed|ready|accepted|in stock)\b/;
/** Words that mean that the phase is not reached yet. */
const NOT_YET = /\b(not|awaiting|waiting|pending|needs?|requested|out for)\b/;

/** The phase of a status from Locally, such as `confirmed`. */
export function orderPhase(status: string): OrderPhase {
  const words = status.toLowerCase().replace(/[^a-z]+/g, ' ');
  // A partial refund does not show which products came back.
  if (/\bpartial(ly)?\b/.test(words)) return 'confirmed';
  if (/\b(not in|out of) stock\b/.test(words)) return 'ended';
  if (NOT_YET.test(words)) return 'ordered';
  if (ENDED.test(words)) return 'ended';
  if (COMPLETED.test(words)) return 'completed';
  return CONFIRMED.test(words) ? 'confirmed' : 'ordered';
}
