/** What becomes of figures whose class code Management One would not take. */
import { type ClassCodeProblem, checkClassCode } from '../class-code.ts';
import type { Problem } from '../findings.ts';

export type Policy = 'hold' | 'unclassified' | 'leave_out';

export interface ClassRules {
  readonly class_codes: readonly string[];
  readonly unclassified_code: string;
  readonly problems: {
    readonly no_class_code: Policy;
    readonly unknown_class_code: Policy;
  };
}

/** Where the figures of one class code, as items have it, go. */
export interface ClassDecision {
  /** As it is written on the items; empty where there is none. */
  readonly code: string;
  /** The class in the file; undefined: they are not in the file. */
  readonly into: string | undefined;
  /** Undefined where the code is in order. */
  readonly problem: ClassCodeProblem | undefined;
  readonly treatment: Problem['treatment'] | undefined;
  /** The code that was probably meant. */
  readonly suggestion: string | undefined;
}

const TREATMENT = { hold: 'held', unclassified: 'unclassified', leave_out: 'left_out' } as const;

/** Decides about one class code, by Management One's list and the policies of the configuration. */
export function decideClass(code: string, rules: ClassRules): ClassDecision {
  const check = checkClassCode(code === '' ? null : code, rules.class_codes);
  if (check.kind === 'ok') {
    return {
      code,
      into: check.code,
      problem: undefined,
      treatment: undefined,
      suggestion: undefined,
    };
  }
  const { no_class_code, unknown_class_code } = rules.problems;
  const policy = check.kind === 'missing' ? no_class_code : unknown_class_code;
  return {
    code,
    into: policy === 'unclassified' ? rules.unclassified_code : undefined,
    problem: check.kind,
    treatment: TREATMENT[policy],
    suggestion: check.suggestion,
  };
}
