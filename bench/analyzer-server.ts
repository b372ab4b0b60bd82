/**
 * A server that answers the analyzer with rows made beforehand, so that what is measured is the client.
 *
 * Run as a process of its own: `node bench/analyzer-server.ts` prints its address; it ends with its parent. A day has
 * {@link ROWS_A_DAY} rows; `start_date` says which day is asked for.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BENCH_METRICS, ROWS_A_DAY } from './stream.ts';

const DATE = '2026-01-01';
const AFTER_THE_LAST = JSON.stringify({ total: ROWS_A_DAY, pages: 0, results: [] });
const pages = new Map<number, { readonly body: Buffer; readonly dates: readonly number[] }[]>();
const MOST_BYTES = 1024 * 1024;
const free: Buffer[] = [];
let latencyMs = 0;

/** The pages of one day at a size, with the places where the date stands in them. */
function pagesOf(perPage: number) {
  let made = pages.get(perPage);
  if (made === undefined) {
    const count = Math.ceil(ROWS_A_DAY / perPage);
    made = Array.from({ length: count }, (_, page) => {
      const rows = Array.from(
        { length: Math.min(perPage, ROWS_A_DAY - page * perPage) },
        (_, row) => rowOf(page * perPage + row),
      );
      const text = `{"total":${ROWS_A_DAY},"pages":${count},"results":[${rows.join(',')}]}`;
      return {
        body: Buffer.from(text),
        dates: [...text.matchAll(/2026-01-01/g)].map(hit => hit.index),
      };
    });
    pages.set(perPage, made);
  }
  return made;
}

/** A row as Heartland writes it: every figure with a point, `8.0`. */
function rowOf(number: number): string {
  const cents = (salt: number) => ((number * 7919 + salt * 104_729) % 1_000_000) / 100;
  const keys = {
    'date.date': DATE,
    'location.public_id': String((number % 100) + 1),
    'item.public_id': `SKU-${String(Math.floor(number / 100)).padStart(6, '0')}`,
  };
  const figures = BENCH_METRICS.map((metric, salt) => {
    const figure = cents(salt);
    return `"${metric}":${Number.isInteger(figure) ? figure.toFixed(1) : figure}`;
  });
  return `{${JSON.stringify(keys).slice(1, -1)},${figures.join(',')}}`;
}

const server = createServer((request, response) => {
  const { searchParams, pathname } = new URL(request.url!, 'http://127.0.0.1');
  if (pathname === '/latency') {
    latencyMs = Number(searchParams.get('ms'));
    return response.end();
  }
  const date = searchParams.get('start_date') ?? DATE;
  const page = pagesOf(Number(searchParams.get('per_page')))[Number(searchParams.get('page')) - 1];
  const answer = () => {
    response.setHeader('content-type', 'application/json');
    // A page after the last is empty; the client asks for it where the last one was full.
    if (page === undefined) return response.end(AFTER_THE_LAST);
    // Used again when they are sent: the garbage of new ones would be measured with the client.
    const buffer = free.pop() ?? Buffer.allocUnsafeSlow(MOST_BYTES);
    page.body.copy(buffer);
    for (const at of page.dates) buffer.write(date, at, 'latin1');
    response.end(buffer.subarray(0, page.body.length));
    response.once('close', () => free.push(buffer));
  };
  if (latencyMs === 0) answer();
  else setTimeout(answer, latencyMs);
});

server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit());
