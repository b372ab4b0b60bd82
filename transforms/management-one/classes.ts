/** Where figures go whose class code Management One does not accept. */
import { type ClassCodeProblem, checkClassCode } from '../class-code.ts';
import type { Problem } from '../findings.ts';

type ClassPolicy = 'hold' | 'unclassified' | 'leave_out' | 'as_listed';

/** The part of the configuration that decides about class codes. */
export interface ClassRules {
  readonly class_codes: readonly string[];
  readonly unclassified_code: string;
  readonly problems: {
    readonly no_class_code: ClassPolicy;
    readonly unknown_class_code: ClassPolicy;
    /** Left out: as `unknown_class_code`. */
    readonly class_code_spelling?: ClassPolicy | undefined;
    /** Left out: as `unknown_class_code`. */
    readonly class_code_characters?: ClassPolicy | undefined;
  };
}

/** Where the figures of one class code, as items have it, go. */
export interface ClassDecision {
  /** As the items have it; empty where there is none. */
  readonly code: string;
  /** The class in the file; undefined where the figures are left out. */
  readonly into: string | undefined;
  /** Undefined where the code is valid. */
  readonly problem: ClassCodeProblem | undefined;
  readonly treatment: Problem['treatment'] | undefined;
  /** The code that was probably meant. */
  readonly suggestion: string | undefined;
}

const TREATMENT = {
  hold: 'held',
  unclassified: 'unclassified',
  leave_out: 'left_out',
  as_listed: 'noted',
} as const;

/** Decides where a class code's figures go, by Management One's list and the configured policies. */
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
  const policy = policyFor(check.kind, rules.problems);
  const places: Readonly<Record<ClassPolicy, string | undefined>> = {
    hold: undefined,
    leave_out: undefined,
    unclassified: rules.unclassified_code,
    as_listed: check.suggestion,
  };
  return {
    code,
    into: places[policy],
    problem: check.kind,
    treatment: TREATMENT[policy],
    suggestion: check.suggestion,
  };
}

function policyFor(kind: ClassCodeProblem, problems: ClassRules['problems']): ClassPolicy {
  const { no_class_code, unknown_class_code } = problems;
  switch (kind) {
    case 'missing':
      return no_class_code;
    case 'unknown':
      return unknown_class_code;
    case 'case_or_space':
      return problems.class_code_spelling ?? unknown_class_code;
    case 'characters':
    case 'too_long':
      return problems.class_code_characters ?? unknown_class_code;
  }
}
