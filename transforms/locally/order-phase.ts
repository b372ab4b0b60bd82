/**
 * What a status of Locally's means for the stock. The public pages name a few statuses and not all of them (webhooks
 * reference: "confirmed"; ordered, ready, refunded in words), so words are looked for, and what is not understood
 * counts as ordered: better a piece too few in the feed, and a warning too many, than a piece sold twice.
 */
export type OrderPhase = 'ordered' | 'confirmed' | 'completed' | 'ended';

const ENDED =
  /\b(auto ?)?(cancel(l?ed)?|refunded|refund|declined|rejected|expired|voided|void|failed|returned|unavailable)\b/;
const COMPLETED = /\b(completed?|picked up|collected|fulfilled|delivered|closed)\b/;
const CONFIRMED = /\b(confirmed|ready|accepted|in stock)\b/;
/** Not there yet, or not all of it. */
const NOT_YET = /\b(not|awaiting|waiting|pending|needs?|requested|out for)\b/;

/** @param status in Locally's word, as `confirmed` */
export function orderPhase(status: string): OrderPhase {
  const words = status.toLowerCase().replace(/[^a-z]+/g, ' ');
  // Part of the money back says nothing of the goods.
  if (/\bpartial(ly)?\b/.test(words)) return 'confirmed';
  if (/\b(not in|out of) stock\b/.test(words)) return 'ended';
  if (NOT_YET.test(words)) return 'ordered';
  if (ENDED.test(words)) return 'ended';
  if (COMPLETED.test(words)) return 'completed';
  return CONFIRMED.test(words) ? 'confirmed' : 'ordered';
}
