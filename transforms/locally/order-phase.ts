/**
 * What a status of Locally's means for the stock. The public pages name a few statuses and not all of them (webhooks
 * reference: "confirmed"; ordered, ready, refunded in words), so words are looked for, and what is not understood
 * counts as ordered: better a piece too few in the feed than one sold twice.
 */
export type OrderPhase = 'ordered' | 'confirmed' | 'completed' | 'ended';

const ENDED =
  /cancel|refund|declin|reject|expir|void|fail|return|unavailable|(not|out)[ _-]?(in|of)[ _-]?stock/;
const COMPLETED = /complete|picked|collected|fulfil|deliver|closed/;
const CONFIRMED = /confirm|ready|accept|in[ _-]?stock/;

/** @param status in Locally's word, as `confirmed` */
export function orderPhase(status: string): OrderPhase {
  const word = status.toLowerCase();
  // Part of the money back says nothing of the goods.
  if (word.includes('partial')) return 'confirmed';
  if (ENDED.test(word)) return 'ended';
  if (/delivery|unconfirmed/.test(word)) return 'ordered';
  if (COMPLETED.test(word)) return 'completed';
  return CONFIRMED.test(word) ? 'confirmed' : 'ordered';
}
