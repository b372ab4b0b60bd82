/** Takes secrets out of a text. */

/**
 * A shorter secret is masked only where it stands by itself, as in `PASS ab` or `u:ab@host`: in the middle of words nobody
 * can tell it from ordinary letters, and masking those would make a message unreadable and give the secret away.
 */
export const SHORTEST_SECRET = 4;

/** @param secrets the longest first, where one may be part of another */
export function masked(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (clean, secret) =>
      secret.length < SHORTEST_SECRET
        ? clean.replace(byItself(secret), '***')
        : clean.replaceAll(secret, '***'),
    text,
  );
}

/** A letter or digit at an edge of the secret has none beside it. */
function byItself(secret: string): RegExp {
  const before = /^[\p{L}\p{N}]/u.test(secret) ? '(?<![\\p{L}\\p{N}])' : '';
  const after = /[\p{L}\p{N}]$/u.test(secret) ? '(?![\\p{L}\\p{N}])' : '';
  return new RegExp(before + RegExp.escape(secret) + after, 'gu');
}
