import { proxySecrets } from '../../../network/proxies.ts';
import type { Configuration } from '../../../pipelines/settings/schema.ts';
import { masked } from '../../../transforms/mask.ts';
import { secretsOf } from '../../configuration/secrets.ts';

/** Masks every secret of the configuration, and the passwords of proxies, in a text. */
export function maskFor(configuration: Configuration): (text: string) => string {
  const secrets = [...secretsOf(configuration), ...proxySecrets()].sort(
    (a, b) => b.length - a.length,
  );
  return text => masked(text, secrets);
}

/** Masks every text in an object. Numbers stay as they are, also if a password is digits only. */
export function maskDeep<T>(value: T, mask: (text: string) => string): T {
  if (typeof value === 'string') return mask(value) as T;
  if (Array.isArray(value)) return value.map(item => maskDeep(item, mask)) as T;
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, maskDeep(inner, mask)]);
  return Object.fromEntries(entries) as T;
}
