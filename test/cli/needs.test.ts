import { afterAll, describe, expect, test, vi } from 'vitest';
import { closeShops, QUICK, setUp } from './set-up.ts';

// Each test starts several processes, concurrently.
vi.setConfig({ testTimeout: 300_000 });
afterAll(closeShops);

const from = (name: string) => `\${${name}}`;

/** A configuration with many references to the environment. */
const SECTIONS = {
  locations: { '1': { locally_id: '1' }, '2': { locally_id: '2' } },
  locally: {
    deliver: {
      host: from('FTP_HOST'),
      port: from('FTP_PORT'),
      user: from('FTP_USER'),
      password: from('FTP_PASSWORD'),
    },
    orders: { webhook: { token: from('WEBHOOK_TOKEN') } },
  },
  management_one: {
    client_id: '4321',
    class_codes: ['110', 'UNCL'],
    email: { smtp: from('SMTP_URL'), from: from('SENDER'), to: [from('RECIPIENT')] },
  },
};

describe.concurrent('environment variables that are not set', () => {
  test('do not matter to commands that only read the warehouse', async () => {
    const { shop } = await setUp(SECTIONS);
    expect((await shop.run(QUICK)).code).toBe(0);
    for (const args of [
      ['status'],
      ['status', '--json'],
      ['runs'],
      ['quarantine', 'list'],
      ['grant-reader'],
      ['locally', 'orders'],
    ]) {
      const { code, stderr } = await shop.run(args, { HEARTLAND_TOKEN: '' });
      expect([args, code, stderr]).toEqual([args, 0, '']);
    }
  });

  test('are reported by the commands that use them, and by no others', async () => {
    const { shop } = await setUp(SECTIONS);
    const named = async (args: readonly string[]) => {
      const { code, stderr, stdout } = await shop.run(args, { HEARTLAND_TOKEN: '' });
      expect([code, stdout]).toEqual([2, '']);
      return [...stderr.matchAll(/environment variable (\w+), which is/g)].map(([, name]) => name);
    };
    const orders = ['HEARTLAND_TOKEN', 'WEBHOOK_TOKEN'];
    const ftp = ['FTP_HOST', 'FTP_PORT', 'FTP_USER', 'FTP_PASSWORD'];
    const mail = ['SMTP_URL', 'SENDER', 'RECIPIENT'];
    expect(await named(['sync'])).toEqual(['HEARTLAND_TOKEN']);
    expect((await named(['locally'])).toSorted()).toEqual([...ftp, ...orders].toSorted());
    expect((await named(['locally', '--dry-run'])).toSorted()).toEqual(orders);
    expect(await named(['management-one', '--out', 'here'])).toEqual(['HEARTLAND_TOKEN']);
    expect(await named(['management-one'])).toEqual(['HEARTLAND_TOKEN', ...mail]);
    expect((await named(['doctor'])).toSorted()).toEqual([...ftp, ...mail, ...orders].toSorted());
  });

  test('of the warehouse and the time zone matter to every command', async () => {
    const { shop } = await setUp(SECTIONS);
    const { code, stderr } = await shop.run(['status'], { DATABASE_URL: '' });
    expect([code, stderr]).toEqual([2, expect.stringContaining('warehouse.url')]);
    await shop.write('other.yaml', { timezone: from('ZONE') });
    const other = await shop.run(['status', '-c', 'other.yaml']);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('variable ZONE')]);
  });
});
