import { unauthorized } from './refusal.ts';

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
export type Scope = (typeof SCOPES)[number];

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

  /** Throws a 401 that names the scope, if it is withheld. */
  demand(scope: string): void {
    if (!this.has(scope))
      throw unauthorized(`You do not have permission to do that: ${scope}.`, { permission: scope });
  }
}
