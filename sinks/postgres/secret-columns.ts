/**
 * What the reader for analysts never sees, table by table: what is as good as money, opens a door, or tells of one
 * shopper. With it goes what may hold the same under another name: fields that the catalogue does not know (`_extra`),
 * rows that could not be used, and reasons that quote from them.
 */
export const SECRET_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  // Whoever knows a number can spend the card.
  gift_cards: ['number', '_extra'],
  gift_card_adjustments: ['gift_card_number', '_extra'],
  // An address often has its password in it.
  webhooks: ['url', '_extra'],
  _locally_events: ['body', 'problem'],
  locally_orders: ['cart'],
  locally_sales_orders: ['made', 'problem'],
  _quarantine: ['content', 'reason'],
};
