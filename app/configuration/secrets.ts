/** Which values of a configuration are secret. They are never shown, and the logger masks them. */

import { dotted, type Path } from '../../pipelines/settings/path.ts';
import { SHORTEST_SECRET } from '../../transforms/mask.ts';
import { partsOf } from './reference.ts';

/** A key with one of these names holds a secret, wherever it stands. Addresses may hold a password. */
const SECRET_KEYS = new Set([
  ...['token', 'password', 'client_secret', 'secret', 'passphrase', 'private_key'],
  ...['url', 'smtp'],
]);

/** Whether the value at this path is, or may hold, a secret. */
export function isSecret(path: readonly PropertyKey[]): boolean {
  return path.some(key => typeof key === 'string' && SECRET_KEYS.has(key.toLowerCase()));
}

/** Whether a line of a file names anything that sounds secret, well spelt or not. */
export function soundsSecret(line: string): boolean {
  return /tok|pass|pw|secret|smtp|url|key|auth|cred|:\/\//i.test(line);
}

/**
 * Every secret value of a configuration, the longest first, so that masking one leaves no tail of another. Of an
 * address it is the password alone; each also as it looks inside a URL and inside JSON.
 */
export function secretsOf(configuration: object): string[] {
  const forms = secretValues(configuration, []).flatMap(({ secret }) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...new Set(forms)].filter(form => form !== '').sort((a, b) => b.length - a.length);
}

/** Where secrets are that are too short to be kept out of every message. */
export function shortSecretsIn(configuration: object): string[] {
  const short = secretValues(configuration, []).filter(
    ({ secret }) => secret !== '' && secret.length < SHORTEST_SECRET,
  );
  return [...new Set(short.map(({ path }) => dotted(path)))];
}

/** Where a file holds secrets as they are; a value that refers to the environment, even in part, is none. */
export function writtenSecretsIn(tree: unknown): Path[] {
  const found = secretValues(tree, []).filter(
    ({ secret }) => secret !== '' && !partsOf(secret).some(part => 'name' in part),
  );
  const places = new Map(found.map(({ path }) => [dotted(path), path]));
  return [...places.values()];
}

interface SecretValue {
  readonly path: Path;
  readonly secret: string;
}

function secretValues(value: unknown, path: Path): SecretValue[] {
  // A token of digits alone is a number to YAML.
  if (typeof value === 'number' && isSecret(path)) return [{ path, secret: String(value) }];
  if (typeof value === 'string' && isSecret(path)) {
    const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(value);
    return (isAddress ? passwordsOf(value) : [value]).map(secret => ({ path, secret }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    secretValues(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

/** The passwords in an address, as written and decoded. Postgres takes one as `?password=` too. */
function passwordsOf(address: string): string[] {
  const url = URL.parse(address);
  if (url === null) return [address];
  const written = /:\/\/[^/?#:@]*:([^/?#]*)@/.exec(address)?.[1] ?? '';
  const queried = [...url.searchParams]
    .filter(([key]) => isSecret([key]))
    .map(([, value]) => value);
  return [written, url.password, decoded(url.password), ...queried].filter(text => text !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
