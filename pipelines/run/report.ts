import type { StreamRecord } from '../../sinks/postgres/runs.ts';
import type { Waiting } from '../../sources/heartland/http/retry-budget.ts';

/** Progress of a command, for the progress line and for the log. */
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
      /** Whether a part of it could not be pulled. */
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
  /** Something to look at, although the work continues. */
  | { readonly kind: 'warning'; readonly text: string };

export type Report = (event: WorkEvent) => void;
