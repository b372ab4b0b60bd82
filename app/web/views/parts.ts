/** The screens behind the first one. */
import { html } from 'hono/html';
import type { StoreStatus } from '../../../pipelines/exports/locally/status.ts';
import type { QuarantinedRow } from '../../../pipelines/sync/quarantine.ts';
import type { MadeExport, RecordedExport } from '../../../sinks/postgres/exports.ts';
import { localTime } from '../../../transforms/day.ts';
import { withThousands } from '../../../transforms/figures.ts';
import type { Check } from '../../../transforms/findings.ts';
import { periodInWords } from '../../../transforms/month.ts';
import { bars } from '../chart.ts';
import type { StreamRow } from '../overview.ts';
import type { Action, Role } from '../users.ts';
import { button, type Markup, tableOf } from './layout.ts';

const MOODS = { delivered: 'good', saved: 'none', held: 'warn', sending: 'warn', failed: 'bad' };

function statusTag(status: MadeExport['status']): Markup {
  return html`<span class="tag ${MOODS[status]}">${status}</span>`;
}

/** Every stream: since when it is complete, and what failed. */
export function streamsView(streams: readonly StreamRow[], timezone: string): Markup {
  const at = (moment: Date | null) => (moment === null ? 'never' : localTime(moment, timezone));
  const state = (row: StreamRow) =>
    row.failed_at === null
      ? html`<span class="tag good">complete</span>`
      : html`<span class="tag bad">failed</span> ${row.failed_because}`;
  return html`<h1>What is pulled from Heartland</h1>
<p class="soft">Every pull is counted against the total that Heartland reports.</p>
${tableOf(
  'Streams',
  ['Stream', 'Complete as of', 'State', 'Quarantined', 'To pull again'],
  streams.map(row => [
    ...[row.stream, at(row.complete_at), state(row)],
    ...[row.quarantined || '', row.due_again || ''],
  ]),
  [3, 4],
)}`;
}

/** The rows that could not be read, and a way to read them again. */
export function quarantineView(
  rows: readonly QuarantinedRow[],
  open: number,
  { merchant, role, timezone }: { merchant: string; role: Role; timezone: string },
): Markup {
  if (open === 0) return html`<h1>The quarantine is empty</h1><p>Every row could be read.</p>`;
  return html`<h1>${open.toLocaleString('en-US')} rows could not be read</h1>
<p>They are left at their last known state. Fix them in Heartland, or read them again after an
upgrade.</p>${button(role, `/m/${merchant}/jobs/replay`, 'Read them again')}
<h2>Rows</h2>${tableOf(
    'Quarantined rows',
    ['Table', 'Key', 'Since', 'Reason'],
    rows.map(row => [
      row.slice === '' ? row.stream : `${row.stream} (${row.slice})`,
      ...[row.row_key, localTime(row.quarantined_at, timezone), row.reason],
    ]),
  )}
${
  open > rows.length
    ? html`<p>Showing the oldest ${rows.length} of ${open.toLocaleString('en-US')}.
The table _quarantine has all of them.</p>`
    : ''
}`;
}

/** What people did on the page. */
export function actionsView(actions: readonly Action[], timezone: string): Markup {
  return html`<h1>What was done here</h1>${
    actions.length === 0
      ? html`<p>Nothing yet.</p>`
      : tableOf(
          'Actions',
          ['When', 'Who', 'What'],
          actions.map(({ at, user_name, action }) => [localTime(at, timezone), user_name, action]),
        )
  }`;
}

/** Each store at Locally: its last feed, its size, and what changed since the one before. */
export function locallyView(
  stores: readonly StoreStatus[],
  feeds: readonly MadeExport[],
  { merchant, role, timezone }: { merchant: string; role: Role; timezone: string },
): Markup {
  const number = (value: number | undefined) => value?.toLocaleString('en-US') ?? '';
  const change = (value: number | undefined) =>
    value === undefined ? '' : `${value > 0 ? '+' : ''}${value.toLocaleString('en-US')}`;
  return html`<h1>Stores at Locally</h1>
${tableOf(
  'Stores',
  ['Store', 'Last feed', 'State', 'Products', 'Change', 'Units', 'Change'],
  stores.map(store => [
    store.name ?? store.locallyId,
    store.deliveredAt === undefined ? 'never' : localTime(store.deliveredAt, timezone),
    html`<span class="tag ${store.age === 'fresh' ? 'good' : 'warn'}">${store.age.replace('_', ' ')}</span>`,
    ...[number(store.rows), change(store.rowsChange)],
    ...[number(store.units), change(store.unitsChange)],
  ]),
  [3, 4, 5, 6],
)}
<p>${button(role, `/m/${merchant}/jobs/locally`, 'Send the feed now')}</p>
<h2>Feeds</h2>${exportsTable(feeds, merchant, timezone)}`;
}

/** Every month-end file that was made. */
export function monthsView(made: readonly MadeExport[], merchant: string, timezone: string) {
  return html`<h1>Month-end files</h1>${exportsTable(made, merchant, timezone)}`;
}

function exportsTable(made: readonly MadeExport[], merchant: string, timezone: string): Markup {
  if (made.length === 0) return html`<p>None was made yet.</p>`;
  return tableOf(
    'Exports',
    ['Period', 'Status', 'Made', 'Files'],
    made.map(each => [
      each.kind === 'management_one'
        ? html`<a href="/m/${merchant}/months/${each.period}">${periodInWords({ label: each.period })}</a>`
        : each.period,
      statusTag(each.status),
      html`<span class="nowrap">${localTime(each.madeAt, timezone)}</span>`,
      filesView(each, merchant),
    ]),
  );
}

function filesView({ files, exportId, hasBytes }: MadeExport, merchant: string): Markup {
  return html`${files.map(({ name, bytes }) =>
    hasBytes
      ? html`<a href="/m/${merchant}/files/${exportId}/${encodeURIComponent(name)}">${name}</a>
<span class="soft">${bytes.toLocaleString('en-US')} bytes</span><br>`
      : html`${name} (deleted)<br>`,
  )}`;
}

/** The figures of a month, as far as its record has them. */
interface MonthFigures {
  readonly locations: readonly {
    readonly location: string;
    readonly figures: Readonly<Record<string, string>>;
  }[];
  readonly file: Readonly<Record<string, string>>;
}

export interface MonthScreen {
  readonly merchant: string;
  readonly role: Role;
  readonly timezone: string;
  readonly made: RecordedExport;
  readonly figures: MonthFigures | undefined;
  /** Other months to compare with: their name and the totals of their file. */
  readonly others: readonly { readonly name: string; readonly file: MonthFigures['file'] }[];
  readonly names: ReadonlyMap<string, string>;
}

/** Headings of the figures that matter most, by their name in the file. */
const FIGURES = {
  NetSales: 'Net sales',
  SoldUnits: 'Units sold',
  ReceivedUnits: 'Units received',
  EndUnits: 'Units at end',
  EndCost: 'Cost at end',
  EndRetail: 'Retail at end',
} as const;

/** One month's file: result, figures as chart and table, comparison, checks, files, receipts. */
export function monthView(screen: MonthScreen): Markup {
  const { merchant, role, made, figures, others, timezone, names } = screen;
  const month = periodInWords({ label: made.period });
  const place = (location: string) => names.get(location) ?? `Location ${location}`;
  const keys = Object.keys(FIGURES) as (keyof typeof FIGURES)[];
  const cells = (from: MonthFigures['file']) => keys.map(key => withThousands(from[key] ?? ''));
  const right = keys.map((_, at) => at + 1);
  const headings = keys.map(key => FIGURES[key]);
  const sales = figures?.locations.map(({ location, figures: own }) => ({
    name: place(location),
    value: own.NetSales ?? '0',
  }));
  return html`<h1>${month} ${statusTag(made.status)}</h1>
<p>${whatHappened(made, timezone)}</p>
<div class="row">${
    made.status === 'delivered'
      ? button(role, `/m/${merchant}/months/${made.period}/resend`, 'Send it again', false)
      : button(role, `/m/${merchant}/months/${made.period}/make`, 'Make and send')
  }</div>
<h2>Files</h2><p>${filesView(made, merchant)}</p>
${
  figures === undefined || sales === undefined
    ? ''
    : html`<h2>Net sales by location</h2><div class="box">${bars(`Net sales of ${month}`, sales)}</div>
<h2>Figures by location</h2>${tableOf(
        'Figures by location',
        ['Location', ...headings],
        [
          ...figures.locations.map(({ location, figures: own }) => [
            place(location),
            ...cells(own),
          ]),
          ['Whole file', ...cells(figures.file)],
        ],
        right,
      )}
${
  others.length === 0
    ? ''
    : html`<h2>Compared with other months</h2>${tableOf(
        'Comparison',
        ['Month', ...headings],
        [
          [month, ...cells(figures.file)],
          ...others.map(({ name, file }) => [name, ...cells(file)]),
        ],
        right,
      )}`
}`
}
${checksView(made.checks)}
${
  made.receipts.length === 0
    ? ''
    : html`<h2>Receipts</h2>${tableOf(
        'Receipts',
        ['File', 'Sent to', 'What the server said'],
        made.receipts.map(({ file, destination, detail }) => [file, destination, detail]),
      )}`
}`;
}

/** Why it did not go out; else when it did. A server's own words are with the receipts. */
function whatHappened({ status, message, madeAt, deliveredAt }: RecordedExport, zone: string) {
  const made = `Made on ${localTime(madeAt, zone)}`;
  if (status !== 'delivered' || deliveredAt === undefined) return message ?? `${made}.`;
  return `${made}, delivered on ${localTime(deliveredAt, zone)}.`;
}

function checksView(checks: readonly Check[]): Markup {
  const failed = checks.filter(({ result }) => result === 'failed');
  const title =
    failed.length === 0 ? 'All checks of the figures passed' : `${failed.length} checks failed`;
  const mood = { ok: 'good', note: 'warn', failed: 'bad' };
  return html`<details${failed.length === 0 ? '' : html` open`}><summary>${title}
(${checks.length})</summary>${tableOf(
    'Checks',
    ['Check', 'Result', 'Figure', 'Detail'],
    checks.map(({ name, result, figure, detail }) => [
      name,
      html`<span class="tag ${mood[result]}">${result}</span>`,
      ...[figure, detail],
    ]),
  )}</details>`;
}
