/** Descriptions of the permissions that we need, from Heartland's list of scopes (API documentation, Scopes). */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'custom_field.manage': 'Manage custom fields',
  'customer.manage': 'Create and manage customers',
  'customer.read': 'View customers',
  'financial.event.read': 'View financial events',
  'gift_card.manage': 'Manage gift cards and adjust balances',
  'inventory.adjustment.manage': 'Manage adjustments',
  'inventory.adjustment.read': 'View adjustments',
  'inventory.transaction.read': 'View inventory history',
  'inventory.transfer.read': 'View transfers',
  'inventory.values.read': 'View current inventory values',
  'item.manage': 'Manage items and grids',
  'item.view_cost': 'View item cost and margin information',
  'location.manage': 'Manage locations',
  'location.read': 'View locations',
  'payment.manage': 'Manage payments',
  'payment.read': 'View payments',
  'payment_type.manage': 'Manage payment types',
  'purchasing.order.read': 'View all orders',
  'purchasing.receipt.read': 'View receipts',
  'purchasing.return.read': 'View returns',
  'purchasing.vendor.read': 'View vendors',
  'reason_codes.manage': 'Manage reason codes',
  'reporting.modify': 'Reporting Analysis',
  'reporting.read': 'View reporting',
  'reporting.read.group.customer': 'Group reports by customer',
  'reporting.read.group.date': 'Group reports by date',
  'reporting.read.group.item': 'Group reports by item',
  'reporting.read.group.location': 'Group reports by location',
  'reporting.read.group.payment': 'Group reports by payment type',
  'reporting.read.group.promotion_name': 'Group reports by promotion name',
  'reporting.read.group.purchasing': 'Group reports by purchase order',
  'reporting.read.group.tax_rule': 'Group reports by tax rule',
  'reporting.read.group.time': 'Group reports by time',
  'reporting.read.group.vendor': 'Group reports by vendor',
  'reporting.read.metric.beginning_inventory': 'View beginning inventory values',
  'reporting.read.metric.current_inventory': 'View current inventory values',
  'reporting.read.metric.ending_inventory': 'View ending inventory values',
  'reporting.read.metric.inventory_adjustment': 'View inventory adjustment metrics',
  'reporting.read.metric.inventory_transfer': 'View transfer metrics',
  'reporting.read.metric.location_sales': 'View location sales metrics',
  'reporting.read.metric.payment': 'View payment type metrics',
  'reporting.read.metric.purchasing': 'View purchasing metrics',
  'reporting.read.metric.sales_tax': 'View sales tax metrics',
  'reporting.read.metric.shipping': 'View shipping metrics',
  'reporting.read.metric.source_sales': 'View source sales metrics',
  'role.manage': 'Manage roles',
  'sales.coupons.manage': 'Manage coupons',
  'sales.coupons.read': 'View and redeem coupons',
  'sales.invoice.manage': 'Create and fulfill invoices from sales orders',
  'sales.order.view': 'View sales orders',
  'sales.promotions.manage': 'Manage promotions',
  'sales.tax.manage': 'Manage sales tax',
  'sales.ticket.manage': 'Manage POS tickets',
  'shipping_method.manage': 'Manage shipping methods',
  'user.manage': 'Manage users',
  'webhooks.manage': 'Manage Webhooks',
};

/**
 * Section and name of permissions on the screen of a role's permissions, as far as known.
 *
 * Source: the list that a partner of Heartland gives to its customers (Ready Set Retail, Locally integration form).
 */
const ON_SCREEN: Readonly<Record<string, string>> = {
  'reporting.modify': 'REPORTING › Reporting analysis',
  'reporting.read.group.location': 'REPORTING › Group reports by location',
  'reporting.read.group.item': 'REPORTING › Group reports by item',
  'reporting.read.metric.source_sales': 'REPORTING › View source sales metric',
  'reporting.read.metric.current_inventory': 'REPORTING › View current inventory levels',
  'reporting.read.metric.ending_inventory': 'REPORTING › View ending inventory values',
  'item.manage': 'INVENTORY › Manage items and grids',
  'inventory.values.read': 'INVENTORY › View inventory current values',
  'location.manage': 'ADMIN/SETTINGS › Manage locations, stations, and cash drawers',
  'custom_field.manage': 'ADMIN/SETTINGS › Manage custom fields',
};

/** A permission by its name on the screen, or else its description, with its key. */
export function permissionInWords(key: string): string {
  const words = ON_SCREEN[key] ?? DESCRIPTIONS[key];
  return words === undefined ? key : `${words} (${key})`;
}

/** What to do about a missing permission. */
export const GIVE = 'Give it to the user’s role in Heartland, under Settings › Roles.';

/** Whether the granted permissions include this one; `manage` includes `read` and `view`. */
export function isGranted(key: string, granted: ReadonlySet<string>): boolean {
  if (granted.has(key)) return true;
  return /\.(read|view)$/.test(key) && granted.has(key.replace(/\.(read|view)$/, '.manage'));
}
