import { masked } from '../transforms/mask.ts';

/**
 * Makes a server's reply safe for a message: secrets as `***`, one line, at most 300 characters.
 *
 * Servers echo what they receive, so a reply can contain the password.
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
