/**
 * A large merchant's October in the warehouse, as a sync would leave it: stock, sales and documents of every item at every
 * location, that roll forward, and what came before. And what Heartland would answer about it.
 */
import type { Report } from '../../pipelines/exports/management-one/control-totals.ts';
import type { Level } from '../../pipelines/exports/management-one/reconcile.ts';
import type { Part } from '../../pipelines/exports/management-one/refresh.ts';
import type { Work } from '../../pipelines/run/work.ts';

export interface Size {
  readonly locations: number;
  readonly classes: number;
  readonly itemsAClass: number;
}

const MOVEMENTS = `
  create temporary table movement as
  select kind, location, item, qty, at, row_number() over () as id, (20 + item % 50) as price, (20 + item % 50) * 0.4875 as cost
  from generate_series(1, $1::int) as location, generate_series(1, $2::int) as item
  cross join lateral (values
    ('sold', 1, true),
    ('received', 2, (item + location) % 3 = 0),
    ('returned', 1, (item + location) % 50 = 0),
    ('shipped', 1, (item + location) % 10 = 0),
    ('arrived', 1, (item + (location + $1::int - 2) % $1::int + 1) % 10 = 0),
    ('adjusted', -1, (item + location) % 40 = 0)
  ) as moved (kind, qty, happens)
  cross join lateral (select timestamptz '2026-10-01 18:00Z' + make_interval(days => item % 29)) as moment (at)
  where happens`;

/** Fills the merchant's tables. */
export async function fill(
  { warehouse, runId }: Work,
  size: Size,
  parts: readonly Part[],
): Promise<void> {
  const { locations, classes } = size;
  const items = classes * size.itemsAClass;
  const client = await warehouse.pool.connect();
  const run = (sql: string, values: readonly unknown[] = []) => client.query(sql, [...values]);
  try {
    await run(`set search_path to ${client.escapeIdentifier(warehouse.schema)}`);
    await run(
      `insert into locations (id, public_id, name, active, _run_id)
       select n, n::text, 'Store ' || n, true, $2 from generate_series(1, $1::int) as n`,
      [locations, runId],
    );
    await run(
      `insert into items (id, public_id, description, price, custom, _run_id)
       select n, 'SKU-' || n, 'Item ' || n, 20 + n % 50, jsonb_build_object('class_code', (100 + n % $2)::text), $3
       from generate_series(1, $1::int) as n`,
      [items, classes, runId],
    );
    await run(MOVEMENTS, [locations, items]);
    await run('analyze movement');
    await stock();
    await sales();
    await documents();
    await run(
      `insert into _run_streams (run_id, stream, slice, status, attempts, started_at)
       select $1, stream, slice, 'complete', 1, now() from unnest($2::text[], $3::text[]) as part (stream, slice)`,
      [runId, parts.map(({ stream }) => stream), parts.map(({ slice }) => slice)],
    );
    await run('drop table movement');
    await run('vacuum analyze');
  } finally {
    client.release(true);
  }

  async function stock(): Promise<void> {
    // An earlier month end is in every warehouse that has been used before.
    await run(
      `insert into inventory_month_end (as_of_date, location_number, item_number, qty_on_hand, price_on_hand, _run_id)
       select day, location::text, 'SKU-' || item, qty, qty * (20 + item % 50), $3
       from generate_series(1, $1::int) as location, generate_series(1, $2::int) as item
       cross join lateral (values (date '2026-08-31', 5), (date '2026-09-30', 3 + (item + location) % 7)) as stock (day, qty)`,
      [locations, items, runId],
    );
    await run(
      `insert into inventory_month_end (as_of_date, location_number, item_number, qty_on_hand, price_on_hand, _run_id)
       select date '2026-10-31', begun.location_number, begun.item_number, begun.qty_on_hand + moved.qty,
              (begun.qty_on_hand + moved.qty) * moved.price, $1
       from (select location, item, price, sum(case when kind in ('sold', 'returned', 'shipped') then -qty else qty end) as qty
             from movement group by location, item, price) as moved
       join inventory_month_end as begun
         on begun.as_of_date = '2026-09-30' and begun.location_number = moved.location::text
        and begun.item_number = 'SKU-' || moved.item`,
      [runId],
    );
    await run(
      `insert into inventory_cost_month_end (as_of_date, location_number, item_number, cost_on_hand, _run_id)
       select as_of_date, location_number, item_number, price_on_hand * 0.4875, $1 from inventory_month_end`,
      [runId],
    );
  }

  async function sales(): Promise<void> {
    await run(
      `insert into sales_daily (business_date, location_number, item_number, net_sales, net_qty_sold, net_markdowns, _run_id)
       select at::date - months * 30, location::text, 'SKU-' || item, 19.95, qty, 0.55, $1
       from movement, generate_series(0, 2, 2) as months
       where kind = 'sold'`,
      [runId],
    );
    await run(
      `insert into sales_margin_daily (business_date, location_number, item_number, net_margin, _run_id)
       select business_date, location_number, item_number, 19.95 - items.price * 0.4875, $1
       from sales_daily join items on items.public_id = item_number`,
      [runId],
    );
  }

  /** Documents of twenty lines and more, none of which says when it was completed, and a transaction for each movement. */
  async function documents(): Promise<void> {
    await run(
      `insert into inventory_transactions (id, item_id, location_id, unit_cost, delta_qty, created_at, _run_id)
       select id, item, location, cost, case when kind in ('sold', 'returned', 'shipped') then -qty else qty end, at, $1
       from movement`,
      [runId],
    );
    for (const [table, lines, parent, kind] of [
      ['receipts', 'receipt_lines', 'receipt_id', 'received'],
      ['purchase_returns', 'purchase_return_lines', 'return_id', 'returned'],
      ['adjustment_sets', 'adjustment_set_lines', 'adjustment_set_id', 'adjusted'],
    ]) {
      await run(
        `insert into ${table} (id, location_id, status, created_at, updated_at, _run_id)
         select distinct location * 100 + item % 29, location, 'complete', at, at, $2::bigint from movement where kind = $1`,
        [kind, runId],
      );
      await run(
        `insert into ${lines} (id, ${parent}, item_id, qty, unit_cost, _run_id)
         select id, location * 100 + item % 29, item, qty, cost, $2 from movement where kind = $1`,
        [kind, runId],
      );
    }
    await run(
      `insert into transfers (id, from_location_id, to_location_id, shipped_at, received_at, created_at, updated_at, _run_id)
       select distinct location * 100 + item % 29, location, location % $1 + 1, at, at, at, at, $2::bigint
       from movement where kind = 'shipped'`,
      [locations, runId],
    );
    await run(
      `insert into transfer_lines (id, transfer_id, item_id, qty_shipped, qty_received, unit_cost, _run_id)
       select id, location * 100 + item % 29, item, qty, qty, cost, $1 from movement where kind = 'shipped'`,
      [runId],
    );
    await run(
      `insert into purchase_orders (id, public_id, status, receive_at_location_id, total_open_qty, total_open_cost, _run_id)
       select location, 'PO-' || location, 'open', location, 4 * count(*), 4 * sum(cost), $1
       from movement where kind = 'received' group by location`,
      [runId],
    );
    await run(
      `insert into purchase_order_lines (id, order_id, item_id, qty, qty_received, unit_cost, _run_id)
       select id, location, item, 6, 2, cost, $1 from movement where kind = 'received'`,
      [runId],
    );
  }
}

/** One of Heartland's reports with its rows. */
export interface Answered {
  readonly level: Level;
  readonly metrics: Report['metrics'];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** The merchant's own figures by location and class, by location, and in all, as Heartland's reports have them. */
export async function heartlandTotals(
  { warehouse }: Work,
  reports: readonly Report[],
  locationField: string,
): Promise<Answered[]> {
  const totals = Map.groupBy(
    await warehouse.query<Total>(TOTALS),
    ({ at, level }) => `${level} ${at}`,
  );
  return reports.flatMap(({ period, metrics }) => {
    const at = period.startDate === undefined ? period.endDate : 'sales';
    return (['class', 'location', 'all'] as const).map(level => ({
      level,
      metrics,
      rows: (totals.get(`${level} ${at}`) ?? []).map(total => ({
        [locationField]: total.location,
        'item.custom@class_code': total.code,
        ...Object.fromEntries(
          metrics.map(({ from }) => [from, total.amounts[from.split('.')[1]!]]),
        ),
      })),
    }));
  });
}

interface Total {
  readonly level: Level;
  /** The day of a stock, or `sales`. */
  readonly at: string;
  readonly location: string | null;
  readonly code: string | null;
  readonly amounts: Readonly<Record<string, number>>;
}

const TOTALS = `
  with fact as (
    select as_of_date::text as at, location_number as location, item_number as item, part.metric, part.amount
    from inventory_month_end join inventory_cost_month_end using (as_of_date, location_number, item_number)
    cross join lateral (values
      ('qty_on_hand', qty_on_hand), ('cost_on_hand', cost_on_hand), ('price_on_hand', price_on_hand)
    ) as part (metric, amount)
    where as_of_date in ('2026-09-30', '2026-10-31')
    union all
    select 'sales', location_number, item_number, part.metric, part.amount
    from sales_daily join sales_margin_daily using (business_date, location_number, item_number)
    cross join lateral (values
      ('net_qty_sold', net_qty_sold), ('net_sales', net_sales), ('net_margin', net_margin), ('net_markdowns', net_markdowns)
    ) as part (metric, amount)
    where business_date between '2026-10-01' and '2026-10-31'
    union all
    select '2026-11-21', receive_at_location_id::text, 'SKU-' || item_id, part.metric, part.amount
    from purchase_orders as ordered
    join purchase_order_lines as line on line.order_id = ordered.id
    join items on items.id = item_id
    cross join lateral (values ('qty_on_po', qty - qty_received), ('price_on_po', (qty - qty_received) * price)) as part (metric, amount)
  )
  select level, at, location, code, jsonb_object_agg(metric, amount) as amounts
  from (
    select case when grouping(custom ->> 'class_code') = 0 then 'class' when grouping(location) = 0 then 'location' else 'all' end as level,
           at, location, custom ->> 'class_code' as code, metric, sum(amount) as amount
    from fact join items on items.public_id = fact.item
    group by grouping sets ((at, location, custom ->> 'class_code', metric), (at, location, metric), (at, metric))
  ) as summed
  group by level, at, location, code`;
