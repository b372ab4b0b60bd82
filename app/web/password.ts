/** Passwords as Argon2id hashes: 19 MiB, two passes, as OWASP recommends. */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const hashOf = promisify(argon2);
const COST = { memory: 19 * 1024, passes: 2, parallelism: 1, tagLength: 32 } as const;
/** Longer ones would only be a way to keep the server busy. */
const MAX_CHARACTERS = 200;
export const MIN_CHARACTERS = 10;
/** Each hash takes 19 MiB: more of them wait their turn. */
const MAX_AT_ONCE = 2;
/** With more than these waiting, somebody is guessing. */
const MAX_WAITING = 50;

let running = 0;
const waiting: (() => void)[] = [];

/** Why a new password is refused; undefined if it is good. */
export function whyRefused(password: string): string | undefined {
  if (password.length < MIN_CHARACTERS) return `Use at least ${MIN_CHARACTERS} characters.`;
  return password.length > MAX_CHARACTERS ? `Use at most ${MAX_CHARACTERS} characters.` : undefined;
}

/** Hashes a password with a new salt, as `salt:hash` in base64. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derived(password, salt);
  return `${salt.toString('base64')}:${hash.toString('base64')}`;
}

/** Whether the password is right. Without a stored hash it takes as long, and is false. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  if (password.length > MAX_CHARACTERS) return false;
  const [salt, hash] = (stored ?? `${'A'.repeat(24)}:${'A'.repeat(43)}=`).split(':');
  const found = await derived(password, Buffer.from(salt!, 'base64'));
  return timingSafeEqual(found, Buffer.from(hash!, 'base64')) && stored !== undefined;
}

async function derived(password: string, nonce: Buffer): Promise<Buffer> {
  if (waiting.length >= MAX_WAITING) throw new Error('Too many people log in at once.');
  if (running >= MAX_AT_ONCE) await new Promise<void>(resolve => waiting.push(resolve));
  running++;
  try {
    return await hashOf('argon2id', { message: password, nonce, ...COST });
  } finally {
    running--;
    waiting.shift()?.();
  }
}
