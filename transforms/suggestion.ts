/** What somebody probably meant to write. */
import { closest, distance } from 'fastest-levenshtein';

/**
 * The candidate nearest to `written`, or undefined where none is near enough to be meant: at most half of the
 * letters differ, and one letter may always differ. Upper and lower case do not count as a difference.
 */
export function suggest(written: string, candidates: readonly string[]): string | undefined {
  const folded = candidates.map(candidate => candidate.toLowerCase());
  if (folded.length === 0) return undefined;
  const wanted = written.toLowerCase();
  const near = closest(wanted, folded);
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, near.length) / 2));
  return distance(wanted, near) <= allowed ? candidates[folded.indexOf(near)] : undefined;
}
