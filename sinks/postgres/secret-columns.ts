/**
 * Columns that the read-only role for analysts may not read, by table: card numbers, credentials, shoppers' data.
 *
 * Also columns that may contain the same under another name: unknown fields (`_extra`), quarantined rows, and reasons that
 * quote them.
 */
export const SECRET_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  // A card can be spent with its number alone.
  gift_cards: ['number', '_extra'],
  gift_card_adjustments: ['gift_card_number', '_extra'],
  // Addresses often contain a password.
  webhooks: ['url', '_extra'],
  _locally_events: ['body', 'problem'],
  locally_orders: ['cart'],
  locally_sales_orders: ['made', 'problem'],
  _quarantine: ['content', 'reason'],
};
