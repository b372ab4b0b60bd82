import { dollarsOrNull } from './decimal.ts';
import { derived } from './derived.ts';
import type { Endpoint, EndpointMaker } from './endpoint.ts';
import { type Account, FIRST_ID } from './ledger/account.ts';
import type { Item } from './ledger/documents.ts';
import { type Fields, rowsOf } from './query/rows.ts';
import { search } from './query/search.ts';
import { ADDRESS, addressesOf, CUSTOMER_IN_FULL } from './records/customer.ts';
import { eventFields, eventLineFields, eventLinesOf, eventsOf } from './records/event.ts';
import * as order from './records/order.ts';
import { paymentFields, paymentsOf, paymentsOfTicket, SALES_PAYMENT } from './records/payment.ts';
import { LOCATION } from './records/place.ts';
import * as setup from './records/setup.ts';
import * as staff from './records/staff.ts';
import { STAMPS } from './records/stamps.ts';
import * as stock from './records/stock.ts';
import { sumsOf, ticketFields, ticketLineFields } from './records/ticket.ts';
import { countsOf, TRAFFIC_COUNT } from './records/visitor.ts';
import { addedBelow, CHARGE } from './writes/collections.ts';
import { isLinked } from './writes/links.ts';
import { writtenTo } from './writes/written.ts';

const GRID: Fields<readonly [Item, ...Item[]]> = {
  id: ([item]) => item.gridId!,
  description: ([item]) => `Grid of ${item.publicId}`,
  long_description: () => null,
  item_cost: ([item]) => dollarsOrNull(item.costCents),
  item_price: ([item]) => dollarsOrNull(item.priceCents),
  item_original_price: ([item]) => dollarsOrNull(item.originalPriceCents),
  item_custom: ([item, ...others]) =>
    Object.fromEntries(
      Object.entries(item.custom).filter(([key, value]) =>
        others.every(other => other.custom[key] === value),
      ),
    ),
  'active?': () => true,
  item_financial_class_id: () => null,
  item_primary_vendor_id: ([item]) => item.primaryVendorId,
  metadata: () => null,
  created_at: ([item]) => STAMPS.created_at(item),
  updated_at: ([item]) => STAMPS.updated_at(item),
};

const COUNTER: Fields<setup.SetUp> = {
  id: counter => counter.id,
  location_id: counter => counter.id,
  name: counter => `Door of ${counter.name}`,
  original_name: counter => `cam-${counter.id - FIRST_ID + 1}`,
  entrance: () => true,
  zone: () => 'door',
  custom: () => ({}),
  ...STAMPS,
};

const CARDS = ['GC10001', 'GC10002', 'GC10003', 'GC10004'];

/** The collections of the API beside goods and purchasing. */
export function moreEndpoints(
  account: Account,
  of: EndpointMaker,
): [string, (path: string) => Endpoint][] {
  const list = (name: string, names: readonly string[]) =>
    derived(account, name, () => [
      ...setup.named(account, names),
      ...writtenTo(account, name).added,
    ]);
  const users = () => list('users', ['Owner', 'Jo', 'Sam', 'Kit']);
  const roles = () => list('roles', ['Manager', 'Sales', 'Stock']);
  const alerts = () => list('alerts', ['SalesOrdersDistributable', 'LowStock']);
  const cards = () => list('gift_cards', CARDS);
  const hasRole = (user: setup.SetUp, role: setup.SetUp) =>
    isLinked(account, 'roles', user.id, role.id, staff.hasRole(user, role));
  const roleFields = staff.roleFields(users, hasRole);
  const setUp = (
    path: string,
    scope: string,
    names: readonly string[],
    fields: Fields<setup.SetUp>,
  ): [string, (path: string) => Endpoint] => [path, of(scope, () => list(path, names), fields)];

  return [
    ['item_grids', of('item.manage', () => gridsOf(account), gridFields())],
    [
      'customers',
      of('customer.read', () => account.customers, CUSTOMER_IN_FULL, {
        addresses: customer =>
          rowsOf(
            [
              ...addressesOf(customer),
              ...addedBelow(account, 'customers', customer.id, 'addresses').map(({ id }) => ({
                id,
                customer,
                createdAt: account.now,
                updatedAt: account.now,
              })),
            ],
            ADDRESS,
          ),
      }),
    ],
    [
      'inventory/transfers',
      of('inventory.transfer.read', () => account.transfers, stock.TRANSFER, {
        lines: transfer => rowsOf(transfer.lines, stock.transferLineFields(transfer)),
        transfer_lines: transfer => rowsOf(transfer.lines, stock.transferLineFields(transfer)),
        events: transfer => rowsOf(eventsOf(transfer), eventFields(account, transfer)),
        event_lines: transfer => rowsOf(eventLinesOf(transfer), eventLineFields(account, transfer)),
      }),
    ],
    [
      'sales/tickets',
      of(
        'sales.ticket.manage',
        () => order.ticketsOf(account),
        ticketFields(account),
        {
          lines: ticket => rowsOf(ticket.lines, ticketLineFields(account, ticket)),
          payments: ticket => rowsOf(paymentsOfTicket(ticket), SALES_PAYMENT),
        },
        sumsOf,
      ),
    ],
    [
      'sales/invoices',
      of('sales.invoice.manage', () => order.invoicesOf(account), order.invoiceFields(account), {
        lines: ticket => rowsOf(ticket.lines, ticketLineFields(account, ticket)),
        payments: ticket => rowsOf(paymentsOfTicket(ticket), SALES_PAYMENT),
      }),
    ],
    [
      'sales/orders',
      of('sales.order.view', () => order.ordersOf(account), order.orderFields(account), {
        lines: ticket => rowsOf(order.itemLinesOf(ticket), order.orderLineFields(account, ticket)),
        payments: ticket =>
          rowsOf(
            order.isInvoice(account, ticket) || ticket.payments !== undefined
              ? paymentsOfTicket(ticket)
              : [],
            SALES_PAYMENT,
          ),
        taxes: ticket => rowsOf(addedBelow(account, 'sales/orders', ticket.id, 'taxes'), CHARGE),
        discounts: ticket =>
          rowsOf(addedBelow(account, 'sales/orders', ticket.id, 'discounts'), CHARGE),
      }),
    ],
    ['payments', of('payment.read', () => paymentsOf(account), paymentFields(account))],
    setUp(
      'payment_types',
      'payment_type.manage',
      ['Cash', 'Credit Card', 'Gift Card'],
      setup.PAYMENT_TYPE,
    ),
    setUp(
      'shipping/methods',
      'shipping_method.manage',
      ['Parcel', 'Courier'],
      setup.SHIPPING_METHOD,
    ),
    setUp('sales/tax_jurisdictions', 'sales.tax.manage', ['IL', 'Loop'], setup.JURISDICTION),
    setUp('sales/tax_rules', 'sales.tax.manage', ['Sales tax', 'Luxury'], setup.TAX_RULE),
    setUp('promotion_rules', 'sales.promotions.manage', ['Staff', 'Old'], setup.PROMOTION),
    setUp('coupons', 'sales.coupons.read', ['Ten New', 'Bye'], setup.COUPON),
    setUp('webhooks', 'webhooks.manage', ['items?secret=s', 'sales'], setup.WEBHOOK),
    setUp(
      'reason_codes/gift_card_adjustment_reasons',
      'reason_codes.manage',
      ['Gift', 'Mistake'],
      setup.GIFT_CARD_REASON,
    ),
    ['gift_cards', of('gift_card.manage', cards, setup.GIFT_CARD)],
    [
      'gift_card/adjustments',
      of(
        'gift_card.manage',
        () => list('gift_card/adjustments', CARDS),
        setup.GIFT_CARD_ADJUSTMENT,
      ),
    ],
    [
      'traffic_counters',
      of(
        '',
        () => [...account.locations, ...writtenTo(account, 'traffic_counters').added],
        COUNTER,
      ),
    ],
    ['traffic_counts', of('', () => countsOf(account), TRAFFIC_COUNT)],
    ['permissions', permissionsEndpoint],
    [
      'roles',
      of('role.manage', roles, roleFields, {
        permissions: role =>
          rowsOf(
            staff.PERMISSIONS.filter(({ id }, n) =>
              isLinked(account, 'permissions', role.id, id, staff.hasPermission(role, n)),
            ),
            staff.PERMISSION,
          ),
        alert_types: role =>
          rowsOf(
            alerts().filter(({ id }, n) =>
              isLinked(account, 'alert_types', role.id, id, n < (role.id - FIRST_ID) % 3),
            ),
            staff.ALERT_TYPE,
          ),
        users: role =>
          rowsOf(
            users().filter(user => hasRole(user, role)),
            staff.USER,
          ),
      }),
    ],
    [
      'users',
      of('user.manage', users, staff.USER, {
        roles: user =>
          rowsOf(
            roles().filter(role => hasRole(user, role)),
            roleFields,
          ),
        locations: user =>
          rowsOf(
            account.locations.filter(({ id }) =>
              isLinked(account, 'locations', user.id, id, staff.worksAt(user, id)),
            ),
            LOCATION,
          ),
      }),
    ],
  ];
}

interface Grid {
  readonly id: number;
  readonly items: readonly [Item, ...Item[]];
}

/** Items of one grid follow each other, so grids come in the order of their ids. */
function gridsOf(account: Account): readonly Grid[] {
  return derived(account, 'grids', ({ items }) => {
    const grids = new Map<number, [Item, ...Item[]]>();
    for (const item of items) {
      if (item.gridId === null) continue;
      const grid = grids.get(item.gridId);
      if (grid === undefined) grids.set(item.gridId, [item]);
      else grid.push(item);
    }
    return [...grids].sort(([a], [b]) => a - b).map(([id, its]) => ({ id, items: its }));
  });
}

function gridFields(): Fields<Grid> {
  return Object.fromEntries(
    Object.entries(GRID).map(([key, read]) => [key, (grid: Grid) => read(grid.items)]),
  );
}

function permissionsEndpoint(): Endpoint {
  return {
    scope: 'role.manage',
    list: (query, circumstances) =>
      search(rowsOf(staff.PERMISSIONS, staff.PERMISSION), query, circumstances),
    one: () => undefined,
    children: () => undefined,
  };
}
