import type { Fact } from './fact.ts';
import type { Tally } from './tally.ts';

/** Where a fact is summed: in one tally, or with subtotals in several. */
export type Tallies = (fact: Fact) => readonly Tally[];
