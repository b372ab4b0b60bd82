/** Finds the secret values of a configuration. They are never shown, and are masked in logs. */
import { dotted, type Path } from '../../pipelines/settings/path.ts';
import { SHORTEST_SECRET } from '../../transforms/mask.ts';
import { partsOf } from './reference.ts';

/** Keys that hold a secret in any section. Addresses may contain a password. */
const SECRET_KEYS = new Set([
  ...['token', 'password', 'client_secret', 'secret', 'passphrase', 'private_key'],
  ...['url', 'smtp'],
]);

/** Whether the value at a path is or may contain a secret. */
export function isSecret(path: readonly PropertyKey[]): boolean {
  return path.some(key => typeof key === 'string' && SECRET_KEYS.has(key.toLowerCase()));
}

/** Whether a line of a file may hold a secret, also under a misspelled key. */
export function soundsSecret(line: string): boolean {
  return /tok|pass|pw|secret|smtp|url|key|auth|cred|:\/\//i.test(line);
}

/**
 * Every secret of a configuration, longest first, so that masking one leaves no tail of another.
 *
 * Of an address, only the password. Each also as it is written in a URL and in JSON.
 */
export function secretsOf(configuration: object): string[] {
  const forms = secretValues(configuration, []).flatMap(({ secret }) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...new Set(forms)].filter(form => form !== '').sort((a, b) => b.length - a.length);
}

/** Paths of secrets that are too short to be masked in messages. */
export function shortSecretsIn(configuration: object): string[] {
  const short = secretValues(configuration, []).filter(
    ({ secret }) => secret !== '' && secret.length < SHORTEST_SECRET,
  );
  return [...new Set(short.map(({ path }) => dotted(path)))];
}

/** Paths of secrets written in the file itself; a value with a reference does not count. */
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
  // YAML reads a token of digits as a number.
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

/** The passwords in an address, as written and decoded. Postgres accepts `?password=` too. */
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
