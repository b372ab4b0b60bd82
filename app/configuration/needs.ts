/**
 * What a command needs of a configuration. A variable of the environment that is not set is a mistake only where the
 * command uses its value: whoever looks at the warehouse needs no password of an FTP server.
 */

import { dotted, type Path } from '../../pipelines/settings/path.ts';
import { type Checked, check } from './check.ts';
import type { Resolved } from './environment.ts';
import type { Mistake } from './mistake.ts';

/** The sections that only a talk with somebody uses. Whatever else is configured, every command needs. */
const USED_FOR = {
  heartland: ['heartland'],
  /** Its orders, and what it shows. */
  locally: ['locally.orders.webhook', 'locally.orders.api', 'locally.verify'],
  delivery_to_locally: ['locally.deliver', 'locally.report'],
  delivery_to_management_one: ['management_one.email', 'management_one.upload'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Whom a command talks to, beside the warehouse. */
export type Need = keyof typeof USED_FOR;

export const EVERYTHING = Object.keys(USED_FOR) as readonly Need[];

/** In the place of a value that nobody uses: of each form that a value may have to be of. No such host ever exists. */
const HOST = 'variable-not-set.invalid';
const STAND_INS = [HOST, `https://${HOST}/api`, `smtp://${HOST}`, `nobody@${HOST}`, '1', 'true'];

/** Checks a tree, and tells of the variables that are not set those alone that are needed. */
export function checkNeeded(
  { tree: resolved, unset, fromEnvironment }: Resolved,
  needs: readonly Need[],
): { readonly checked: Checked; readonly unset: readonly Mistake[] } {
  const isHidden = (path: Path) => fromEnvironment.has(dotted(path));
  const isNeeded = ({ path }: Mistake) => !isSpared(dotted(path), needs);
  let left = unset.filter(mistake => !isNeeded(mistake));
  let tree = resolved;
  let checked = check(tree, isHidden);
  for (const standIn of STAND_INS) {
    if (left.length === 0) break;
    for (const { path } of left) tree = withValueAt(tree, path, standIn);
    checked = check(tree, isHidden);
    const wrong = 'mistakes' in checked ? checked.mistakes.map(({ path }) => dotted(path)) : [];
    left = left.filter(({ path }) => wrong.includes(dotted(path)));
  }
  return { checked, unset: [...unset.filter(isNeeded), ...left] };
}

function isSpared(path: string, needs: readonly Need[]): boolean {
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
