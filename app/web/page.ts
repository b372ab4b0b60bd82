import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';
import { NONCE, secureHeaders } from 'hono/secure-headers';
import type { Configuration } from '../../pipelines/settings/schema.ts';
import { TillstreamError } from '../../transforms/errors.ts';
import type { PageContext, PageEnvironment, PageOptions } from './environment.ts';
import { addLogIn, userOf } from './log-in.ts';
import { addMerchantRoutes } from './merchant-routes.ts';
import { overviewOf } from './overview.ts';
import { roleFor } from './users.ts';
import { type Frame, layout } from './views/layout.ts';
import { type MerchantRow, merchantsView } from './views/merchants.ts';

const MAX_FORM_BYTES = 16 * 1024;
const FORM = /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
/** Merchants that are looked at together on an agency's screen. */
const AT_ONCE = 4;

/** The page as an application: log-in, merchants, and what is behind them. */
export function page(options: PageOptions): Hono<PageEnvironment> {
  const { merchants, users, now, onTrouble } = options;
  const app = new Hono<PageEnvironment>();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        ...{ defaultSrc: ["'none'"], styleSrc: [NONCE], formAction: ["'self'"] },
        ...{ frameAncestors: ["'none'"], baseUri: ["'none'"] },
      },
      xFrameOptions: 'DENY',
      // Only behind a server with TLS; that one sends it.
      strictTransportSecurity: false,
    }),
  );
  app.use(async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  app.get('/health', c => c.text('ok\n'));
  app.get('/ready', async c => {
    await users.list();
    return c.text('ready\n');
  });

  app.use(async (c, next) => {
    const { method } = c.req;
    if (method !== 'GET' && method !== 'HEAD' && !FORM.test(c.req.header('content-type') ?? ''))
      return c.text('Only forms are accepted here.\n', 415);
    return next();
  });
  app.use(bodyLimit({ maxSize: MAX_FORM_BYTES }));
  // Behind a server with TLS the scheme differs; the host must not.
  app.use(
    csrf({
      origin: (origin, c) => URL.parse(origin)?.host === c.req.header('host'),
    }),
  );
  addLogIn(app, users, options);

  app.use(async (c, next) => {
    const user = await userOf(users, c);
    if (user === undefined) return c.redirect('/login', 303);
    c.set('user', user);
    return next();
  });

  app.get('/', async c => {
    const visible = visibleTo(c);
    if (visible.length === 1) return c.redirect(`/m/${visible[0]!.merchant}`, 303);
    const rows: MerchantRow[] = [];
    for (let at = 0; at < visible.length; at += AT_ONCE)
      rows.push(...(await Promise.all(visible.slice(at, at + AT_ONCE).map(rowOf))));
    return show(c, { title: 'Merchants' }, merchantsView(rows, c.req.query('only')));
  });

  app.use('/m/:merchant/*', async (c, next) => {
    const merchant = c.req.param('merchant');
    const configuration = merchants.configurations.get(merchant);
    const role = roleFor(c.get('user'), merchant);
    // Who may not see a merchant is not told whether there is one.
    if (configuration === undefined || role === undefined) return c.notFound();
    if (c.req.method === 'POST' && role === 'viewer')
      return c.text('A viewer may look, and start nothing.\n', 403);
    c.set('configuration', configuration);
    c.set('role', role);
    return next();
  });
  addMerchantRoutes(app, options, (c, frame, body) =>
    show(c, { ...frame, hasOthers: visibleTo(c).length > 1 }, body),
  );

  app.notFound(c => {
    const nonce = c.get('secureHeadersNonce') ?? '';
    const body = html`<h1>There is nothing here</h1><p><a href="/">To the start</a></p>`;
    return c.html(layout({ title: 'Not found', nonce }, body), 404);
  });
  app.onError((error, c) => {
    if ('getResponse' in error) return (error as { getResponse(): Response }).getResponse();
    const text = error instanceof TillstreamError ? error.message : String(error);
    const said = merchants.masked(text);
    onTrouble(said);
    const known = error instanceof TillstreamError ? said : 'Something unexpected happened.';
    return c.text(`${known}\n`, error instanceof TillstreamError ? 503 : 500);
  });
  return app;

  function visibleTo(c: PageContext): readonly Configuration[] {
    const user = c.get('user');
    return [...merchants.configurations.values()].filter(
      ({ merchant }) => roleFor(user, merchant) !== undefined,
    );
  }

  /** A merchant whose warehouse cannot be read has a row too: it says why. */
  async function rowOf(configuration: Configuration): Promise<MerchantRow> {
    const { merchant } = configuration;
    try {
      const overview = await overviewOf(await merchants.warehouse(merchant), configuration, now());
      return { merchant, mood: overview.mood, sentence: overview.sentence };
    } catch (error) {
      return { merchant, mood: 'bad', sentence: merchants.masked((error as Error).message) };
    }
  }
}

function show(c: PageContext, frame: Omit<Frame, 'nonce' | 'user'>, body: unknown) {
  const user = c.get('user').name;
  return c.html(layout({ ...frame, user, nonce: c.get('secureHeadersNonce')! }, body));
}
