/**
 * What a command needs from a configuration.
 *
 * A variable that is not set is an error only for a command that uses its value: `status` needs no
 * FTP password.
 */
import { dotted, type Path } from '../../pipelines/settings/path.ts';
import { type Checked, check } from './check.ts';
import type { Resolved } from './environment.ts';
import type { Mistake } from './mistake.ts';

/** Sections that only a connection needs. Every command needs all other sections. */
const USED_FOR = {
  heartland: ['heartland'],
  /** Orders, and verifying a feed. */
  locally: ['locally.orders.webhook', 'locally.orders.api', 'locally.verify'],
  destinations: ['destinations'],
  delivery_to_locally: ['locally.deliver', 'locally.report'],
  delivery_to_management_one: ['management_one.email', 'management_one.upload'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A service that a command connects to, besides the warehouse. */
export type Need = keyof typeof USED_FOR;

export const EVERYTHING = Object.keys(USED_FOR) as readonly Need[];

/** Placeholders for unused values, one of each form a value may need. No such host exists. */
const HOST = 'variable-not-set.invalid';
const PLACEHOLDERS = [HOST, `https://${HOST}/api`, `smtp://${HOST}`, `nobody@${HOST}`, '1', 'true'];

/** Validates a tree; of the variables that are not set, reports only those that are needed. */
export function checkNeeded(
  { tree: resolved, unset, fromEnvironment }: Resolved,
  needs: readonly Need[],
): { readonly checked: Checked; readonly unset: readonly Mistake[] } {
  const isHidden = (path: Path) => fromEnvironment.has(dotted(path));
  const isNeeded = ({ path }: Mistake) => !isUnused(dotted(path), needs);
  let left = unset.filter(mistake => !isNeeded(mistake));
  let tree = resolved;
  let checked = check(tree, isHidden);
  for (const placeholder of PLACEHOLDERS) {
    if (left.length === 0) break;
    for (const { path } of left) tree = withValueAt(tree, path, placeholder);
    checked = check(tree, isHidden);
    const wrong = 'mistakes' in checked ? checked.mistakes.map(({ path }) => dotted(path)) : [];
    left = left.filter(({ path }) => wrong.includes(dotted(path)));
  }
  return { checked, unset: [...unset.filter(isNeeded), ...left] };
}

function isUnused(path: string, needs: readonly Need[]): boolean {
  return EVERYTHING.filter(need => !needs.includes(need))
    .flatMap(need => USED_FOR[need])
    .some(
      section =>
        path === section || path.startsWith(`${section}.`) || path.startsWith(`${section}[`),
    );
}

function withValueAt(tree: unknown, [key, ...rest]: Path, value: string): unknown {
  if (key === undefined) return value;
  if (Array.isArray(tree))
    return tree.with(Number(key), withValueAt(tree[Number(key)], rest, value));
  const section = tree as Readonly<Record<PropertyKey, unknown>>;
  return { ...section, [key]: withValueAt(section[key], rest, value) };
}
