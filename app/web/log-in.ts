/** Log-in, log-out, and the first user. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { UsageError } from '../../transforms/errors.ts';
import type { PageEnvironment } from './environment.ts';
import { LogInLimit } from './log-in-limit.ts';
import type { Users } from './users.ts';
import { layout } from './views/layout.ts';
import { logInForm, welcomeForm } from './views/log-in.ts';

const COOKIE = 'tillstream_session';

/** The user of the request's session, if it is still good. */
export function userOf(users: Users, c: Context) {
  const token = getCookie(c, COOKIE);
  return token === undefined ? undefined : users.ofSession(token);
}

/**
 * Adds the routes that need no session.
 *
 * @param welcome the code of the one-time link that adds the first user; it works until there is one
 */
export function addLogIn(
  app: Hono<PageEnvironment>,
  users: Users,
  { welcome, now }: { readonly welcome?: string; readonly now: () => Date },
): void {
  const limit = new LogInLimit();
  const show = (c: Context<PageEnvironment>, says?: string, status: 200 | 401 | 429 = 200) => {
    const nonce = c.get('secureHeadersNonce')!;
    return c.html(layout({ title: 'Log in', nonce }, logInForm(says)), status);
  };

  app.get('/login', c => show(c));

  app.post('/login', async c => {
    const { name, password } = await fieldsOf(c);
    if (limit.isReached(name, now()))
      return show(c, 'Too many failed attempts. Try again in 15 minutes.', 429);
    // Counted before the password is checked: many at once count too.
    limit.failed(name, now());
    const token = await users.logIn(name, password);
    if (token === undefined) return show(c, 'The name or the password is wrong.', 401);
    limit.succeeded(name);
    remember(c, token);
    return c.redirect('/', 303);
  });

  app.post('/logout', async c => {
    const token = getCookie(c, COOKIE);
    if (token !== undefined) await users.logOut(token);
    deleteCookie(c, COOKIE, { path: '/' });
    return c.redirect('/login', 303);
  });

  const isWelcome = async (code: string) =>
    welcome !== undefined && isSame(code, welcome) && (await users.list()).length === 0;
  const showWelcome = (c: Context<PageEnvironment>, code: string, says?: string) => {
    const nonce = c.get('secureHeadersNonce')!;
    return c.html(layout({ title: 'Welcome', nonce }, welcomeForm(code, says)));
  };

  app.get('/welcome', async c => {
    const code = c.req.query('code') ?? '';
    return (await isWelcome(code)) ? showWelcome(c, code) : c.redirect('/login', 303);
  });

  app.post('/welcome', async c => {
    const { name, password, code } = await fieldsOf(c);
    if (!(await isWelcome(code))) return c.redirect('/login', 303);
    try {
      await users.add(name, password, '*', 'admin');
    } catch (error) {
      if (error instanceof UsageError) return showWelcome(c, code, error.message);
      throw error;
    }
    remember(c, (await users.logIn(name, password))!);
    return c.redirect('/', 303);
  });
}

function remember(c: Context, token: string): void {
  const secure = c.req.header('x-forwarded-proto') === 'https';
  setCookie(c, COOKIE, token, { httpOnly: true, sameSite: 'Lax', path: '/', secure });
}

/** The text fields of a form; a missing one is empty. */
async function fieldsOf(c: Context): Promise<{ name: string; password: string; code: string }> {
  const form = await c.req.parseBody();
  const field = (key: string) => (typeof form[key] === 'string' ? form[key] : '');
  return { name: field('name').trim(), password: field('password'), code: field('code') };
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
