import { EVERYTHING } from '../../configuration/needs.ts';
import { examine } from '../../setup/doctor/doctor.ts';
import { type Finding, worstOf } from '../../setup/doctor/finding.ts';
import type { CliCommand } from '../command.ts';
import { forEachMerchant } from '../merchants.ts';
import type { Outcome } from '../output/outcome.ts';
import { count } from '../output/reporter.ts';
import { hanging, outputWidth, wrapped } from '../output/width.ts';

export const doctorCommand: CliCommand = {
  name: 'doctor',
  about: 'Check everything that a run needs, without moving data: OK, WARN or FAIL, with the fix',
  run: (context, options) =>
    forEachMerchant(context, options, EVERYTHING, async configuration =>
      doctorOutcome(await examine(configuration, new Date(), context.signal)),
    ),
};

/** The result of all checks. */
function doctorOutcome(findings: readonly Finding[]): Outcome {
  const width = outputWidth();
  const widest = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, status, says, fix }) => {
    const before = `${status.padEnd(4)}  ${check.padEnd(widest)}  `;
    const below = ' '.repeat(before.length);
    return [
      hanging(before, says, width),
      ...(fix === undefined ? [] : [hanging(below, `→ ${fix}`, width)]),
    ];
  });
  const failed = findings.filter(({ status }) => status === 'FAIL').length;
  const warned = findings.filter(({ status }) => status === 'WARN').length;
  return {
    exitCode: worstOf(findings),
    text: [...lines, '', wrapped(summary(failed, warned), width)].join('\n'),
    json: { checks: findings.map(({ exitCode: _, ...finding }) => finding) },
  };
}

function summary(failed: number, warned: number): string {
  if (failed > 0)
    return `${count(failed, 'issue')} to fix before every configured run can succeed.`;
  if (warned > 0) return `Everything works. ${count(warned, 'warning')} to look at.`;
  return 'Everything works.';
}
