/**
 * Makes what another machine said fit for a message: secrets become `***`, it is one line, and not endless.
 *
 * Servers do echo what they were sent, so a password can come back in a reply.
 */
export function redact(text: string, secrets: readonly (string | undefined)[]): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret === undefined || secret === '') continue;
    for (const form of new Set([secret, encodeURIComponent(secret), base64(secret)])) {
      clean = clean.replaceAll(form, '***');
    }
  }
  return clean
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
