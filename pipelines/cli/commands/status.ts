import { DateTime } from 'luxon';
import { statement } from '../../../sinks/postgres/statement.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { lookAtEach } from '../merchants.ts';
import { table } from '../table.ts';

interface StreamRow {
  readonly stream: string;
  readonly complete_at: Date | null;
  readonly failed_at: Date | null;
  readonly position: string | null;
  readonly quarantined: number;
}

interface ExportRow {
  readonly kind: string;
  readonly period: string;
  readonly status: string;
  readonly made_at: Date;
  readonly delivered_at: Date | null;
  readonly rows: string;
}

export const statusCommand: CliCommand = {
  name: 'status',
  about: 'How things stand: each stream, and what was sent',
  run: (context, options) =>
    lookAtEach(context, options, async (warehouse, { timezone }) => {
      const streams = await warehouse.query<StreamRow>(statement('status/streams'));
      const exports = await warehouse.query<ExportRow>(statement('status/exports'));
      const at = (moment: Date | null) =>
        moment === null
          ? ''
          : DateTime.fromJSDate(moment, { zone: timezone }).toFormat('yyyy-MM-dd HH:mm');
      const text = [
        streams.length === 0
          ? 'Nothing is in the warehouse yet. Start with: tillstream sync'
          : table(
              [
                { title: 'stream' },
                { title: 'complete as of' },
                { title: 'failed since' },
                { title: 'bad rows', align: 'right' },
              ],
              streams.map(s => [s.stream, at(s.complete_at), at(s.failed_at), s.quarantined || '']),
            ),
        '',
        exports.length === 0
          ? 'Nothing was exported yet.'
          : table(
              [
                { title: 'export' },
                { title: 'period' },
                { title: 'status' },
                { title: 'made' },
                { title: 'delivered' },
                { title: 'rows', align: 'right' },
              ],
              exports.map(e => [
                e.kind,
                e.period,
                e.status,
                at(e.made_at),
                at(e.delivered_at),
                e.rows,
              ]),
            ),
      ].join('\n');
      return { exitCode: EXIT.done, text, json: { streams, exports } };
    }),
};
