import type { StreamRecord } from '../../sinks/postgres/runs.ts';
import type { Waiting } from '../../sources/heartland/http/retry-budget.ts';

/** What happens while a command works, for whoever shows it: a progress line for people, log lines for machines. */
export type WorkEvent =
  | { readonly kind: 'stage'; readonly title: string }
  | { readonly kind: 'stream'; readonly stream: string; readonly slices: number }
  | {
      readonly kind: 'rows';
      readonly stream: string;
      readonly slice: string;
      readonly rows: number;
    }
  | { readonly kind: 'slice'; readonly record: StreamRecord }
  | {
      readonly kind: 'stream done';
      readonly stream: string;
      readonly rows: number;
      readonly slices: number;
      /** Whether something of it could not be pulled. */
      readonly hasFailed: boolean;
    }
  | {
      readonly kind: 'again';
      readonly stream: string;
      readonly slice: string;
      readonly because: string;
    }
  | { readonly kind: 'waiting'; readonly waiting: Waiting }
  | { readonly kind: 'note'; readonly text: string }
  /** Something to see to, though the work goes on. */
  | { readonly kind: 'warning'; readonly text: string };

export type Report = (event: WorkEvent) => void;
