import { rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import type { Ended } from '../setup/tillstream.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { makeCertificate } from '../stand-ins/tls/certificate.ts';
import { THREE_DAYS } from './set-up.ts';
import { openShop, type Shop } from './shop.ts';

// Each test starts several processes, concurrently.
vi.setConfig({ testTimeout: 300_000 });
let heartland: Heartland;
let shop: Shop;
beforeAll(async () => {
  heartland = await startHeartland(THREE_DAYS);
  shop = await openShop(heartland);
});
afterAll(async () => {
  await shop.close();
  await heartland.close();
});

/** Expects one message on stderr, without a stack trace, and nothing on stdout. */
function expectMessage({ code, stdout, stderr }: Ended, exitCode: number, ...parts: RegExp[]) {
  for (const part of parts) expect(stderr).toMatch(part);
  expect(stderr).not.toMatch(/\n\s+at .*:\d+:\d+|node:internal|\[object |undefined/);
  expect(stdout).toBe('');
  expect(code).toBe(exitCode);
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

const address = (change: (url: URL) => void): string => {
  const url = new URL(inject('warehouseUrl'));
  change(url);
  return url.href;
};

describe.concurrent('a wrong command or option', () => {
  test.each([
    [['synk'], /unknown command 'synk'/, /Did you mean sync\?/],
    [['sync', '--ful'], /unknown option '--ful'/, /Did you mean --full\?/],
    [
      ['sync', '--only', 'itms'],
      /--only names a stream that does not exist: found "itms", expected items/,
    ],
    [['runs', '--last', 'x'], /--last is not a number of runs: found "x"/, /from 1 to 9999/],
    [['runs', '--last', '0'], /found "0"/],
    [
      ['sync', '--config', 'nowhere.yaml'],
      /configuration file "nowhere.yaml" does not exist/,
      /tillstream init/,
    ],
  ] as const)('%j', async (args, ...parts) => {
    expectMessage(await shop.run(args), 2, ...(parts as readonly RegExp[]));
  });
});

const IN_FUTURE = /--to is in the future: found .*, expected (\d{4}-\d\d-\d\d) .* Use --to \1;/;
test('a wrong option does not start a run', async () => {
  const other = await openShop(heartland, {
    locations: { '1': {} },
    management_one: {
      client_id: '4321',
      class_codes: ['110', 'UNCL'],
      email: { smtp: 'smtp://127.0.0.1:9', from: 'a@acme.example', to: ['b@m1.example'] },
    },
  });
  expect((await other.run(['sync', '--only', 'locations'])).code).toBe(0);
  const days = ['--from', '2026-10-01', '--to', '2026-10-31'];
  for (const [args, says] of [
    [['sync', '--only', 'locations,itms'], /expected items/],
    [['sync', '--only', 'customers'], /is personal data/],
    [['backfill', 'sales_dayly', ...days], /expected sales_daily/],
    [['backfill', 'inventory_values', ...days], /cannot be backfilled/],
    [['backfill', 'sales_daily', ...days.with(3, '2199-01-31')], IN_FUTURE],
    [['management-one', '--month', '2199-01'], /has not begun yet/],
    [['management-one', '--compare', 'nowhere.txt'], /could not be read: found "nowhere.txt"/],
    [['locally'], /has no section locally/],
    [
      ['locally', '--dry-run', '--out', 'x'],
      /--dry-run and --out cannot .* into a folder, use --out/,
    ],
    [['locally', 'diff', '--force'], /diff and --force cannot be used together/],
    [
      ['management-one', '--confirm-delivered', '--resend'],
      /If the file arrived, use --confirm-delivered alone/,
    ],
    [['management-one', '--out', 'x', '--resend'], /To send the month again, use --resend/],
    [['management-one', '--compare', 'x', '--preview'], /Use --compare alone/],
  ] as const)
    expectMessage(await other.run(args), 2, says);
  const runs = await other.warehouse.query('select command, status from _runs');
  expect(runs).toEqual([{ command: 'sync', status: 'done' }]);
  await other.close();
});

describe.concurrent('an invalid configuration', () => {
  const section = (name: string, sections: Record<string, unknown>) => shop.write(name, sections);

  test('a variable that is not set', async () => {
    const ended = await shop.run(['sync'], { HEARTLAND_TOKEN: '' });
    expectMessage(
      ended,
      2,
      /heartland\.token/,
      /environment variable HEARTLAND_TOKEN/,
      /export HEARTLAND_TOKEN=/,
    );
  });

  test('an unknown setting suggests the closest one', async () => {
    await section('typo.yaml', { histroy: { from: '2026-11-01' } });
    expectMessage(
      await shop.run(['sync', '-c', 'typo.yaml']),
      2,
      /histroy is an unknown setting \(did you mean "history"\?\)/,
    );
  });

  test('an unknown time zone suggests the closest one', async () => {
    await section('zone.yaml', { timezone: 'America/Chicgo' });
    expectMessage(
      await shop.run(['sync', '-c', 'zone.yaml']),
      2,
      /America\/Chicgo/,
      /America\/Chicago/,
    );
  });

  test('a folder without configurations', async () => {
    expectMessage(
      await shop.run(['sync', '-c', '/proc/self/fdinfo']),
      2,
      /contains no configuration/,
    );
  });

  test('no configuration at all', async () => {
    const other = await openShop(heartland);
    await rm(join(other.folder, 'tillstream.yaml'));
    expectMessage(
      await other.run(['sync']),
      2,
      /configuration file "tillstream.yaml" does not exist/,
      /--config FILE/,
    );
    await other.close();
  });
});

describe.concurrent('the warehouse cannot be used', () => {
  test('nothing answers there', async () => {
    const port = String(await closedPort());
    const url = address(target => {
      target.port = port;
    });
    for (const command of ['sync', 'status'])
      expectMessage(
        await shop.run([command], { DATABASE_URL: url }),
        1,
        new RegExp(`127.0.0.1:${port}/warehouse cannot be used: the connection was refused`),
        /Start Postgres/,
      );
  });

  test('the password is wrong', async () => {
    const url = address(target => {
      target.password = 'wrong-password-canary';
    });
    const ended = await shop.run(['sync'], { DATABASE_URL: url });
    expectMessage(ended, 1, /the password was refused/, /warehouse\.url/);
    expect(ended.stderr).not.toContain('wrong-password-canary');
  });

  test('the database does not exist', async () => {
    const url = address(target => {
      target.pathname = '/nowhere';
    });
    expectMessage(
      await shop.run(['sync'], { DATABASE_URL: url }),
      1,
      /the database does not exist/,
    );
  });
});

describe.concurrent('Heartland cannot be used', () => {
  test('the token is wrong', async () => {
    const ended = await shop.run(['sync'], { HEARTLAND_TOKEN: 'wrong-token-canary' });
    expectMessage(ended, 3, /refused the token/, /My Account › API Tokens/);
    expect(ended.stderr).not.toContain('wrong-token-canary');
  });

  test('nothing answers there', async () => {
    const port = await closedPort();
    const other = await openShop({ baseUrl: `http://127.0.0.1:${port}/api`, token: 'any' });
    const ended = await other.run(['sync']);
    const lines = ended.stderr.trim().split('\n');
    // Log lines for the retries, then the message.
    const log = lines.slice(0, -1).map(line => JSON.parse(line));
    const message = lines.at(-1)!;
    expect(log).toContainEqual(
      expect.objectContaining({ event: 'waiting', path: 'system/whoami' }),
    );
    const expected = new RegExp(`127.0.0.1:${port}.*ECONNREFUSED`);
    expectMessage({ ...ended, stderr: message }, 3, expected, /Check heartland.base_url/);
    const [run] = await other.warehouse.query('select status, exit_code, message from _runs');
    expect(run).toMatchObject({ status: 'incomplete', exit_code: 3, message });
    await other.close();
  });

  test('it is another server', async () => {
    const baseUrl = `${heartland.baseUrl}/elsewhere/api`;
    const other = await openShop({ baseUrl, token: heartland.token });
    expectMessage(
      await other.run(['sync']),
      3,
      /did not accept the request .*404/,
      /heartland\.base_url/,
    );
    await other.close();
  });

  test('its address does not end in /api', async () => {
    const baseUrl = heartland.baseUrl.replace(/\/api$/, '');
    const other = await openShop({ baseUrl, token: heartland.token });
    const expected = new RegExp(
      `found "${baseUrl}", expected .* as ${heartland.baseUrl}\\. Add /api`,
    );
    expectMessage(await other.run(['sync']), 3, /was not found at heartland\.base_url/, expected);
    await other.close();
  });

  test('https and http are mixed up', async () => {
    const encrypted = createTlsServer(await makeCertificate(), (_, response) => response.end());
    await new Promise<void>(resolve => encrypted.listen(0, '127.0.0.1', resolve));
    const { port } = encrypted.address() as { port: number };
    const { host } = new URL(heartland.baseUrl);
    for (const [baseUrl, ...says] of [
      [
        `https://${host}/api`,
        new RegExp(`${host} does not speak https \\(ERR_SSL_\\w+: [a-z ]+\\)`),
        new RegExp(`write http://${host}/api\\.`),
      ],
      [
        `http://127.0.0.1:${port}/api`,
        /did not answer a request by http/,
        new RegExp(`If it speaks https, write https://127.0.0.1:${port}/api in heartland.base_url`),
      ],
    ] as const) {
      const other = await openShop({ baseUrl, token: heartland.token });
      const ended = await other.run(['sync']);
      expect(ended.stderr).not.toMatch(/openssl|routines/);
      expectMessage({ ...ended, stderr: ended.stderr.trim().split('\n').at(-1)! }, 3, ...says);
      await other.close();
    }
    await new Promise(resolve => encrypted.close(resolve));
  });
});

test('an error in the configuration that is found when it is used has its line, too', async () => {
  const lines = (changed: Readonly<Record<string, string>>) => {
    const { field = 'active', location = '1' } = changed;
    return [
      `merchant: ${shop.merchant}`,
      'timezone: America/Chicago',
      `heartland: { base_url: "${heartland.baseUrl}", token: "\${HEARTLAND_TOKEN}" }`,
      `warehouse: { url: "\${DATABASE_URL}" }`,
      'item_fields: { upc: custom@upc }',
      'locations:',
      `  "${location}": { locally_id: "1" }`,
      'locally:',
      '  filter:',
      `    ${field}: true`,
      `  deliver: { host: 127.0.0.1, port: 9, user: u, password: "\${HEARTLAND_TOKEN}" }`,
    ].join('\n');
  };
  const tried = async (name: string, changed: Readonly<Record<string, string>>) => {
    await writeFile(join(shop.folder, name), lines(changed));
    return shop.run(['locally', '--dry-run', '-c', name]);
  };
  expectMessage(
    await tried('filter.yaml', { field: 'activ' }),
    2,
    /^filter\.yaml:9 locally\.filter: The filter names a field .* "activ", expected "active"/,
  );
  expectMessage(
    await tried('field.yaml', { field: 'custom@sell_localy' }),
    2,
    /^field\.yaml:10 locally\.filter names a custom field that items do not have/,
  );
  expectMessage(
    await tried('location.yaml', { location: '77' }),
    4,
    /^Location "77" has a locally_id \(location\.yaml:7\), but Heartland has no location with that number/,
  );
});

test('a file that is not YAML is an error with its line', async () => {
  await writeFile(join(shop.folder, 'broken.yaml'), 'merchant: acme\n  timezone: [\n');
  expectMessage(
    await shop.run(['sync', '-c', 'broken.yaml']),
    2,
    /broken\.yaml/,
    /broken\.yaml:1 column/,
  );
});
