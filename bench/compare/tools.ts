import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BENCH_METRICS } from '../stream.ts';

const run = promisify(execFile);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const TOOLS = join(HERE, '.tools');

const KEYS = ['date.date', 'location.public_id', 'item.public_id'];
/** The tap writes the keys of a row this way. */
const underscored = (key: string) => key.replaceAll('.', '_');

/** What another tool is given to do. */
export interface Work {
  readonly url: string;
  readonly baseUrl: string;
  readonly days: readonly string[];
  readonly perPage: number;
  /** A folder of its own. */
  readonly folder: string;
  /** The schema that it writes to. */
  readonly schema: string;
}

export interface ToolFigures {
  /** From the start of its processes to the end of the last. */
  readonly seconds: number;
  /** Peak memory of the largest of its processes, and of all together. */
  readonly largestMb: number;
  readonly togetherMb: number;
}

/** A tool that does the same work, and how it is run; undefined where it is not installed. */
export interface Tool {
  readonly name: string;
  readonly run: ((work: Work) => Promise<ToolFigures>) | undefined;
}

/** The tools that a user would pick instead. `bench/compare/setup.sh` installs them. */
export const tools: readonly Tool[] = [
  { name: 'dlt, rest_api source', run: has('dlt') ? dlt : undefined },
  {
    name: 'Singer: tap-rest-api-msdk, Meltano’s target-postgres',
    run: has('tap') && has('target') ? singer : undefined,
  },
  // Its package fetches the program from a place that not every machine reaches.
  { name: 'Sling', run: undefined },
];

function has(tool: string): boolean {
  return existsSync(join(TOOLS, tool, 'bin', 'python3'));
}

function dlt(work: Work): Promise<ToolFigures> {
  return measureCommand(
    `${join(TOOLS, 'dlt/bin/python3')} ${join(HERE, 'dlt_load.py')} '${JSON.stringify(work)}'`,
  );
}

async function singer(work: Work): Promise<ToolFigures> {
  await mkdir(work.folder, { recursive: true });
  const write = async (name: string, content: object) => {
    const path = join(work.folder, name);
    await writeFile(path, JSON.stringify(content));
    return path;
  };
  const { username, password, hostname, port, pathname } = new URL(work.url);
  const tap = await write('tap.json', {
    api_url: work.baseUrl,
    pagination_request_style: 'page_number_paginator',
    pagination_response_style: 'page',
    pagination_next_page_param: 'page',
    next_page_token_path: '$.results[0]',
    streams: work.days.map((day, number) => ({
      name: `bench_sales_${number}`,
      path: '/reporting/analyzer',
      params: { start_date: day, per_page: work.perPage, page: 1 },
      records_path: '$.results[*]',
      primary_keys: KEYS.map(underscored),
      num_inference_records: 50,
      schema: {
        type: 'object',
        properties: Object.fromEntries([
          ...KEYS.map(key => [underscored(key), { type: 'string' }]),
          ...BENCH_METRICS.map(metric => [underscored(metric), { type: ['number', 'null'] }]),
        ]),
      },
    })),
  });
  const target = await write('target.json', {
    ...{ host: hostname, port: Number(port), user: username, password },
    database: pathname.slice(1),
    default_target_schema: work.schema,
    add_record_metadata: false,
    activate_version: false,
  });
  return measureCommand(
    `${join(TOOLS, 'tap/bin/tap-rest-api-msdk')} --config ${tap} | ${join(TOOLS, 'target/bin/target-postgres')} --config ${target}`,
  );
}

/** Runs a shell command, and looks at what it takes. */
export async function measureCommand(command: string): Promise<ToolFigures> {
  const { stdout, stderr } = await run('python3', [join(HERE, 'measure.py'), command], {
    maxBuffer: 1 << 28,
    env: { ...process.env, RUNTIME__DLTHUB_TELEMETRY: 'false' },
  });
  const figures = JSON.parse(stdout) as ToolFigures & { exitCode: number };
  if (figures.exitCode !== 0)
    throw new Error(`it ended with ${figures.exitCode}: ${stderr.slice(0, 2000)}`);
  return figures;
}
