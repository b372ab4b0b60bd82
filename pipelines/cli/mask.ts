import type { Configuration } from '../configuration/schema.ts';
import { secretsOf } from '../configuration/secrets.ts';

/** Takes every secret of the configuration out of a text, wherever the text comes from. */
export function maskFor(configuration: Configuration): (text: string) => string {
  const secrets = secretsOf(configuration);
  return text => secrets.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
