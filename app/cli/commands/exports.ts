import { Argument } from 'commander';
import { saveExport } from '../../../pipelines/exports/save-export.ts';
import { type MadeExport, madeExports } from '../../../sinks/postgres/exports.ts';
import { localTime } from '../../../transforms/day.ts';
import { EXIT, UsageError } from '../../../transforms/errors.ts';
import { readConfigurations } from '../../configuration/read.ts';
import type { CliCommand } from '../command.ts';
import type { Context, GlobalOptions } from '../context.ts';
import { lookAtEach } from '../merchants.ts';
import { lastCount } from '../output/last-count.ts';
import { table } from '../output/table.ts';

interface ExportsOptions {
  readonly out?: string;
  readonly last: string;
}

export const exportsCommand: CliCommand<ExportsOptions> = {
  name: 'exports',
  about: 'List feeds and month-end files, or save the files of one into a folder',
  options: command =>
    command
      .addArgument(new Argument('[action]', 'what to do').choices(['list', 'save']).default('list'))
      .addArgument(new Argument('[number]', 'which one to save'))
      .optionsGroup('Options of save:')
      .option('--out <folder>', 'folder for the files')
      .optionsGroup('Options of list:')
      .option('--last <count>', 'how many to list', '20'),
  run: (context, options, [action, number]) =>
    action === 'save' ? save(context, options, number) : list(context, options, number),
};

/** Lists all exports, the latest first, delivered or not. */
function list(
  context: Context,
  options: GlobalOptions & ExportsOptions,
  number: string | undefined,
): Promise<number> {
  const last = lastCount(options.last, 'exports');
  if (number !== undefined || options.out !== undefined) throw wronglyTyped('list', number);
  return lookAtEach(context, options, async (warehouse, { timezone }) => {
    const exports = await madeExports(warehouse, { limit: last });
    const text =
      exports.length === 0
        ? 'Nothing was exported yet.'
        : table(
            [
              { title: 'number', align: 'right' },
              { title: 'export' },
              { title: 'period' },
              { title: 'status' },
              { title: 'made' },
              { title: 'files', wraps: true },
            ],
            exports.map(made => [
              ...[made.exportId, made.kind, made.period, made.status],
              ...[localTime(made.madeAt, timezone), filesInWords(made)],
            ]),
          );
    return { exitCode: EXIT.done, text, json: { exports: exports.map(asJson) } };
  });
}

function asJson({ hasBytes, ...made }: MadeExport): object {
  return { ...made, deliveredAt: made.deliveredAt ?? null, there: hasBytes };
}

function filesInWords({ files, hasBytes }: MadeExport): string {
  if (files.length === 0) return 'none';
  const names = files.map(({ name }) => name).join(', ');
  return hasBytes ? names : `${names} (deleted)`;
}

/** Saves the files of one export into a folder, byte for byte as they were made. */
async function save(
  context: Context,
  options: GlobalOptions & ExportsOptions,
  number: string | undefined,
): Promise<number> {
  const { out } = options;
  if (number === undefined || out === undefined) throw wronglyTyped('save', number);
  if (!/^[1-9]\d{0,17}$/.test(number)) {
    throw new UsageError('BAD_EXPORT', {
      problem: 'This is not the number of an export',
      found: number,
      expected: 'a number from the list, such as 12',
      next: 'List them with: tillstream exports',
    });
  }
  const merchants = await readConfigurations(options.config, context.env, { needs: [] });
  if (merchants.length > 1) throw severalMerchants(merchants.length);
  return lookAtEach(context, options, async (warehouse, configuration) => {
    const work = { warehouse, configuration };
    const { made, receipts } = await saveExport(work, number, out, context.signal);
    const { exportId, kind, period, status } = made;
    const text = [
      `Export ${exportId}: ${kind} ${period}, ${status}`,
      ...receipts.map(
        ({ destination, bytes }) => `${destination}: ${bytes.toLocaleString('en-US')} bytes`,
      ),
    ].join('\n');
    const files = made.files.map((file, n) => ({ ...file, path: receipts[n]!.destination }));
    return {
      exitCode: EXIT.done,
      text,
      json: { exportId, kind, period, status, files },
    };
  });
}

function wronglyTyped(action: 'list' | 'save', number: string | undefined): UsageError {
  return new UsageError('EXPORTS_USAGE', {
    problem:
      action === 'list'
        ? 'A number and --out are only for exports save'
        : `exports save needs ${number === undefined ? 'the number of an export' : 'a folder'}`,
    expected: 'tillstream exports save 12 --out folder',
    next: 'List them with: tillstream exports',
  });
}

/** Each merchant numbers its own exports, and their files may have the same names. */
function severalMerchants(count: number): UsageError {
  return new UsageError('SEVERAL_MERCHANTS', {
    problem: `An export belongs to one merchant, and the configuration has ${count}`,
    next: 'Name the configuration file of one merchant with --config.',
  });
}
