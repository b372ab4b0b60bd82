import { masked } from '../transforms/mask.ts';

/**
 * Makes what another machine said fit for a message: secrets become `***`, it is one line, and not endless.
 *
 * Servers do echo what they were sent, so a password can come back in a reply.
 */
export function redact(text: string, secrets: readonly (string | undefined)[]): string {
  const forms = secrets
    .filter(secret => secret !== undefined && secret !== '')
    .flatMap(secret => [secret!, encodeURIComponent(secret!), base64(secret!)]);
  return masked(text, forms)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
