import { readFile } from 'node:fs/promises';
import axeCore from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeAll, expect, test, vi } from 'vitest';
import { addDays } from '../../transforms/day.ts';
import { periodInWords } from '../../transforms/month.ts';
import { openShop, type Shop } from '../cli/shop.ts';
import { freshMerchant } from '../postgres/fresh-work.ts';
import { afterFile } from '../setup/after-file.ts';
import { daysAgo } from '../setup/clock.ts';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';
import { findChromium, launch } from './browser.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const OWNER = { name: 'owner@acme.example', password: 'a quiet long password' };
const VIEWER = { name: 'viewer', password: 'another long password' };
const CHROMIUM = await findChromium();
const inBrowser = CHROMIUM === undefined ? '(left out: no Chromium on this machine) ' : '';
/** Where the README's pictures go; only when asked, so that a test changes no file. */
const PICTURES = process.env.PICTURES;

let shop: Shop;
let url: string;
let cookie: string;
let month: string;

beforeAll(async () => {
  const heartland = await startHeartland({ asOf: daysAgo(1), days: 62 });
  const ftp = await startFtp();
  const smtp = await startSmtp();
  shop = await openShop(heartland, {
    locations: { '1': { locally_id: '12345' }, '2': { locally_id: '12346' } },
    locally: {
      filter: { 'custom@sell_on_locally': 'true' },
      deliver: { host: ftp.host, port: ftp.port, user: ftp.user, password: ftp.password },
    },
    management_one: {
      client_id: '4321',
      class_codes: ['110', '120', '130', '140', '150', '160', '170', '180', '210', '220', '230'],
      email: { smtp: smtp.url, from: 'ops@acme.example', to: ['m1@m1.example'] },
    },
  });
  await shop.run(['locally']);
  const made = await shop.run(['management-one', '--json']);
  month = JSON.parse(made.stdout).month?.label ?? JSON.parse(made.stdout).month;
  const serving = shop.start(['serve', '--port', '0']);
  const [, welcome] = await serving.wrote(/works once: (\S+)\n[\s\S]*Press Ctrl-C/);
  url = new URL('/', welcome).href;
  afterFile(async () => {
    serving.child.kill('SIGTERM');
    await serving.ended;
    await Promise.all([shop.close(), heartland.close(), ftp.close(), smtp.close()]);
  });
  const opened = await fetch(welcome!);
  expect(await opened.text()).toContain('Choose a name and a password');
  const answer = await post('welcome', {
    ...OWNER,
    code: new URL(welcome!).searchParams.get('code')!,
  });
  cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
  // Once there is a user, the link shows the log-in.
  expect((await fetch(welcome!, { redirect: 'manual' })).headers.get('location')).toBe('/login');
});

test('without a session nothing is shown; a wrong password is refused, and too many are stopped', async () => {
  const { merchant } = shop;
  for (const path of ['', `m/${merchant}`, `m/${merchant}/files/1/x`])
    expect((await fetch(url + path, { redirect: 'manual' })).headers.get('location')).toBe(
      '/login',
    );
  expect((await fetch(`${url}health`)).status).toBe(200);
  expect((await fetch(`${url}ready`)).status).toBe(200);

  const statuses: number[] = [];
  for (let n = 0; n < 11; n++)
    statuses.push((await post('login', { name: 'guessed', password: `guess number ${n}` })).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429]);
});

test('a form of another site, JSON, and a viewer’s button start nothing', async () => {
  const job = `m/${shop.merchant}/jobs/sync`;
  const foreign = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
  expect((await post(job, {}, { cookie, ...foreign })).status).toBe(403);
  const json = { 'content-type': 'application/json', cookie };
  expect((await fetch(url + job, { method: 'POST', body: '{}', headers: json })).status).toBe(415);

  const adding = shop.start(['user', 'add', VIEWER.name, '--role', 'viewer']);
  adding.child.stdin.end(`${VIEWER.password}\n`);
  expect((await adding.ended).stdout).toContain('may log in as viewer');
  const viewer = (await post('login', VIEWER)).headers.getSetCookie()[0]!.split(';')[0]!;
  expect((await post(job, {}, { cookie: viewer })).status).toBe(403);
  expect(await (await see('', viewer)).text()).not.toContain('/jobs/');

  // Removing a user revokes the session.
  await shop.run(['user', 'remove', VIEWER.name]);
  expect((await see('', viewer)).headers.get('location')).toBe('/login');
  const log = await (await see('/actions')).text();
  expect(log).toContain('Nothing yet');
});

test('files of a month are downloaded byte for byte, and only those that were exported', async () => {
  const shown = await (await see(`/months/${month}`)).text();
  const [, path, name] = /href="(\/m\/[^"]*\/files\/\d+\/([^"]+))"/.exec(shown)!;
  const bytes = Buffer.from(
    await (await fetch(new URL(path!, url), { headers: { cookie } })).arrayBuffer(),
  );
  const [, number] = /files\/(\d+)\//.exec(path!)!;
  await shop.run(['exports', 'save', number!, '--out', 'saved']);
  expect(bytes.equals(await readFile(`${shop.folder}/saved/${name}`))).toBe(true);
  expect((await see(`/files/${number}/..%2Ftillstream.yaml`)).status).toBe(404);
  expect((await see('/files/999/x')).status).toBe(404);
});

test.skipIf(CHROMIUM === undefined)(
  `${inBrowser}every screen works on a phone and a desktop, light and dark, and axe finds nothing`,
  async () => {
    const browser = await launch(CHROMIUM!);
    try {
      const desktop = { width: 1200, height: 800 };
      const looks: [string, BrowserContextOptions][] = [
        ['phone-light', { viewport: { width: 390, height: 844 }, colorScheme: 'light' }],
        ['desktop-dark', { viewport: desktop, colorScheme: 'dark' }],
      ];
      if (PICTURES !== undefined)
        looks.push(['desktop-light', { viewport: desktop, colorScheme: 'light' }]);
      for (const [look, options] of looks) {
        // axe is put in by the debugger; the page itself may run no script.
        const context = await browser.newContext({ ...options, bypassCSP: true });
        const tab = await context.newPage();
        await tab.goto(url);
        await picture(tab, `log-in-${look}`);
        await tab.getByLabel('Name').fill(OWNER.name);
        await tab.getByLabel('Password').fill(OWNER.password);
        await tab.keyboard.press('Enter');
        await tab.getByRole('heading', { level: 1 }).waitFor();
        const paths = [
          '',
          '/months',
          `/months/${month}`,
          '/locally',
          '/streams',
          '/runs',
          '/quarantine',
          '/actions',
        ];
        for (const path of paths) {
          await tab.goto(`${url}m/${shop.merchant}${path}`);
          await picture(tab, `page${path.replaceAll('/', '-')}-${look}`);
          expect({ look, path, found: await axe(tab) }).toEqual({ look, path, found: [] });
          const { scroll, width } = await tab.evaluate<{ scroll: number; width: number }>(
            '({ scroll: document.documentElement.scrollWidth, width: innerWidth })',
          );
          expect({ path, overflow: scroll - width }).toEqual({ path, overflow: 0 });
        }
        await context.close();
      }
    } finally {
      await browser.close();
    }
  },
);

test('a button runs the command, and who pressed it is recorded', async () => {
  const pressed = await post(`m/${shop.merchant}/jobs/replay`, {}, { cookie });
  expect(pressed.status).toBe(303);
  await vi.waitFor(async () => expect(await (await see('')).text()).toContain('Done: Read'), {
    timeout: 60_000,
  });
  const log = await (await see('/actions')).text();
  expect(log).toMatch(/owner@acme\.example[\s\S]*Read quarantined rows again/);
  const [run] = await shop.warehouse.query(
    'select command from _runs order by run_id desc limit 1',
  );
  expect(run).toEqual({ command: 'quarantine replay' });
});

test('an earlier month that was never sent is named, and nothing claims that all went out', async () => {
  expect(await (await see('')).text()).not.toContain('did not go out');
  await shop.warehouse.query("update _export_since set since = $1 where kind = 'management_one'", [
    addDays(`${month}-01`, -3),
  ]);
  const shown = await (await see('')).text();
  expect(shown).toMatch(/<h1>[^<]*An earlier month did not go out\.<\/h1>/);
  const earlier = periodInWords({ label: addDays(`${month}-01`, -3).slice(0, 7) });
  expect(shown).toContain(`${earlier} for Management One: overdue`);
});

test('a folder of merchants has a row for each, the worst first, and filters', async () => {
  const other = freshMerchant();
  await shop.write('other.yaml', { merchant: other });
  const serving = shop.start(['serve', '--port', '0', '--config', '.']);
  // There is a user, so there is no link for a first one.
  const [said, address] = await serving.wrote(/The page is at (\S+)\n[\s\S]*Press Ctrl-C/);
  expect(said).not.toContain('works once');
  const own = (await post('login', OWNER)).headers.getSetCookie()[0]!.split(';')[0]!;
  const list = async (query: string) =>
    (await fetch(`${address}${query}`, { headers: { cookie: own } })).text();
  const all = await list('');
  expect(all).toContain('of 2 merchants need somebody');
  const at = (merchant: string) => all.indexOf(`href="/m/${merchant}"`);
  expect(at(shop.merchant)).toBeGreaterThan(0);
  // One has a held month; of the other nothing was pulled yet, and its month is due.
  expect(at(other)).toBeGreaterThan(at(shop.merchant));
  expect(await list('?only=bad')).not.toContain(other);
  serving.child.kill('SIGTERM');
  expect((await serving.ended).code).toBe(0);
});

function post(
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
    headers: { origin: new URL(url).origin, ...headers },
  });
}

function see(path: string, session = cookie): Promise<Response> {
  return fetch(`${url}m/${shop.merchant}${path}`, {
    redirect: 'manual',
    headers: { cookie: session },
  });
}

/** What axe finds on the page, as rule and element. */
async function axe(tab: Page): Promise<readonly string[]> {
  await tab.addScriptTag({ content: axeCore.source });
  return tab.evaluate<string[]>(
    'axe.run().then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + " " + n.target)))',
  );
}

async function picture(tab: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await tab.screenshot({ path: `${PICTURES}/${name}.png` });
}
