import type { ServerResponse } from 'node:http';
import { now } from '../../setup/clock.ts';
import { isRaw, type Json, type JsonRecord } from './decimal.ts';
import type { Fault } from './faults.ts';
import { unauthorized } from './refusal.ts';

type Met = readonly { readonly fault: Fault; readonly before: number }[];

/** An answer before it is on the wire. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function jsonReply(status: number, body: Json): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}

const HTML = '<!DOCTYPE html>\n<html><head><title>%</title></head><body><h1>%</h1></body></html>\n';

function htmlReply(status: number, title: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: HTML.replaceAll('%', title),
  };
}

/** The answer that a fault gives in place of the real one, if it is of that sort. */
export function replyInstead(met: Met): Reply | undefined {
  for (const { fault } of met) {
    if (fault.kind === 'rateLimited') {
      const reply = jsonReply(429, {
        error: 'rate_limited',
        message: 'Too many requests.',
        details: {},
      });
      if (fault.retryAfter !== undefined) reply.headers['retry-after'] = fault.retryAfter;
      return reply;
    }
    if (fault.kind === 'unauthorized')
      return jsonReply(401, unauthorized('You must be logged in to do that.').body);
    if (fault.kind === 'internalError')
      return jsonReply(500, {
        error: 'internal_error',
        message: 'Something went wrong.',
        details: {},
      });
    if (fault.kind === 'badGateway') return htmlReply(502, '502 Bad Gateway');
    if (fault.kind === 'htmlPage') return htmlReply(200, 'We are doing some maintenance');
    if (fault.kind === 'emptyBody') return { ...jsonReply(200, null), body: '' };
  }
  return undefined;
}

/** Falsifies a body as the faults say. */
export function falsify(body: JsonRecord, met: Met, path: string): JsonRecord {
  let changed: JsonRecord = body;
  for (const { fault, before } of met) {
    const { results, total } = changed;
    if (fault.kind === 'shortPage' && Array.isArray(results))
      changed = { ...changed, results: results.slice(0, Math.max(results.length - fault.rows, 0)) };
    if (fault.kind === 'lyingTotal' && typeof total === 'number') {
      const { by } = fault;
      const off = typeof by === 'number' ? by : (by[before] ?? by.at(-1) ?? 0);
      changed = { ...changed, total: total + off };
    }
    if (fault.kind === 'transform') {
      const given = fault.body(changed, path);
      changed = isRecord(given) ? given : { results: given };
    }
  }
  return changed;
}

function isRecord(value: Json): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRaw(value);
}

/** How far the rows have moved when this page is cut. */
export function driftOf(met: Met, query: URLSearchParams): { rows: number; countsIn: boolean } {
  const moving = met.find(({ fault }) => fault.kind === 'movingRows')?.fault;
  if (moving?.kind !== 'movingRows') return { rows: 0, countsIn: false };
  const page = Number(query.get('page') ?? 1);
  return { rows: (page - 1) * moving.rows, countsIn: !moving.keepsTotal };
}

/** Puts an answer on the wire, or as much of it as the faults let through. */
export function send(response: ServerResponse, reply: Reply, met: Met, isHead: boolean): void {
  const bytes = Buffer.from(reply.body);
  const isCut = met.some(({ fault }) => fault.kind === 'cut');
  const isTruncated = met.some(({ fault }) => fault.kind === 'truncated');
  const part = isCut || isTruncated ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
  const dated = met.find(({ fault }) => fault.kind === 'dated')?.fault;
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(dated?.kind === 'dated' && { date: new Date(now().getTime() + dated.byMs).toUTCString() }),
    'content-length': isTruncated ? part.length : bytes.length,
  });
  if (isHead) response.end();
  else if (isCut) response.write(part, () => response.destroy());
  else response.end(part);
}
