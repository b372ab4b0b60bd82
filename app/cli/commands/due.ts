import { type Due, findDue } from '../../../pipelines/exports/due.ts';
import { dueInWords, needsAttention } from '../../../transforms/due.ts';
import { EXIT } from '../../../transforms/errors.ts';
import { periodInWords } from '../../../transforms/month.ts';
import type { CliCommand } from '../command.ts';
import { lookAtEach } from '../merchants.ts';

export const dueCommand: CliCommand = {
  name: 'due',
  about: 'Exports that are due or overdue, the oldest first, and what comes next',
  run: (context, options) =>
    lookAtEach(context, options, async (warehouse, configuration) => {
      const due = await findDue(warehouse, configuration, new Date());
      return { exitCode: EXIT.done, text: dueText(due), json: dueJson(due) };
    }),
};

/** The same for programs. */
export function dueJson({ due, next }: Due): Readonly<Record<string, unknown>> {
  return {
    due: due.map(({ kind, period, state, daysLate, missedDays, because = null }) => ({
      ...{ kind, period, state, because },
      days_late: daysLate,
      missed_days: missedDays,
    })),
    next,
  };
}

/** What is due and what comes next, a line each. */
export function dueText({ due, next }: Due): string {
  if (next.length === 0)
    return 'No export is due: none is in the configuration, or no command has run with it yet.';
  return [
    ...(due.length === 0 ? ['Nothing is due: every export went out.'] : due.map(dueInWords)),
    ...next.map(
      ({ kind, period, on }) =>
        `Next: ${kind === 'locally' ? 'the Locally feed' : `${periodInWords({ label: period })} for Management One`}, on ${on}.`,
    ),
  ].join('\n');
}

/** Whether an export was held, failed, or is late. */
export function isBehind({ due }: Due): boolean {
  return due.some(needsAttention);
}
