import { Refusal, unauthorized } from './refusal.ts';

/** Everything the token's user may do unless it is withheld: the scopes of the API that reading needs. */
export const SCOPES = [
  'item.manage',
  'item.view_cost',
  'location.read',
  'custom_field.manage',
  'customer.read',
  'purchasing.vendor.read',
  'purchasing.order.read',
  'purchasing.receipt.read',
  'purchasing.return.read',
  'inventory.transfer.read',
  'inventory.adjustment.read',
  'inventory.transaction.read',
  'inventory.values.read',
  'sales.ticket.manage',
  'sales.order.view',
  'sales.invoice.manage',
  'sales.tax.manage',
  'sales.promotions.manage',
  'sales.coupons.read',
  'payment.read',
  'payment_type.manage',
  'shipping_method.manage',
  'gift_card.manage',
  'reason_codes.manage',
  'role.manage',
  'user.manage',
  'webhooks.manage',
  'reporting.read',
  'reporting.read.group.customer',
  'reporting.read.group.date',
  'reporting.read.group.item',
  'reporting.read.group.location',
  'reporting.read.group.time',
  'reporting.read.group.vendor',
  'reporting.read.group.payment',
  'reporting.read.metric.beginning_inventory',
  'reporting.read.metric.current_inventory',
  'reporting.read.metric.ending_inventory',
  'reporting.read.metric.location_sales',
  'reporting.read.metric.source_sales',
  'reporting.read.metric.payment',
  'reporting.read.metric.shipping',
] as const;
/** What writing needs; the token's own list leaves them out, as that of a token that only reads does. */
export const WRITE_SCOPES = [
  'customer.manage',
  'customer.merge',
  'item.merge',
  'purchasing.vendor.manage',
  'purchasing.order.manage',
  'purchasing.receipt.manage',
  'purchasing.return.manage',
  'inventory.adjustment.manage',
  'inventory.transfer.ship',
  'inventory.counts.create',
  'inventory.counts.finalize',
  'sales.order.edit',
  'setting.manage',
] as const;
export type Scope = (typeof SCOPES)[number] | (typeof WRITE_SCOPES)[number];

/** What the token's user may do. */
export class Permissions {
  readonly #withheld = new Set<string>();

  withhold(scope: Scope): void {
    this.#withheld.add(scope);
  }

  grant(scope: Scope): void {
    this.#withheld.delete(scope);
  }

  has(scope: string): boolean {
    return !this.#withheld.has(scope);
  }

  get granted(): readonly string[] {
    return SCOPES.filter(scope => this.has(scope));
  }

  /** Answers a missing permission as Heartland does for some reports (H): 500, and not a word of why. */
  hidesRefusals = false;

  /** Throws a 401 that names the scope, if it is withheld. */
  demand(scope: string): void {
    if (this.has(scope)) return;
    if (this.hidesRefusals) throw new Refusal(500, 'internal_error', 'Something went wrong.');
    throw unauthorized(`You do not have permission to do that: ${scope}.`, { permission: scope });
  }
}
