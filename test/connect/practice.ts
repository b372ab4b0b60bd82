import { afterAll, expect, inject } from 'vitest';
import { freshMerchant } from '../postgres/fresh-work.ts';
import { daysAgo } from '../setup/clock.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly says: string;
  readonly fix?: string;
}

/** A healthy account with its servers, and a doctor that checks it; closed after the file. */
export async function practice() {
  const [heartland, ftp, smtp] = await Promise.all([
    startHeartland({ asOf: daysAgo(1), token: 'canary-token-19' }),
    startFtp({ password: 'canary-ftp' }),
    startSmtp({ user: 'ops', password: 'canary-smtp' }),
  ]);
  afterAll(() => Promise.all([heartland.close(), ftp.close(), smtp.close()]));

  const healthy = () => ({
    merchant: freshMerchant(),
    timezone: 'America/Chicago',
    warehouse: { url: `\${DATABASE_URL}` as string | undefined },
    heartland: { base_url: heartland.baseUrl, token: `\${HEARTLAND_TOKEN}` },
    item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
    locations: Object.fromEntries(
      heartland.ledger.locations.map(({ publicId, zone }, index) => [
        publicId,
        { locally_id: `9${index}`, ...(zone !== 'America/Chicago' && { timezone: zone }) },
      ]),
    ) as Record<string, object>,
    locally: {
      filter: { 'custom@sell_on_locally': 'true' },
      deliver: {
        host: ftp.host,
        port: ftp.port,
        user: ftp.user,
        password: `\${FTP_PASSWORD}`,
      } as object,
    },
    management_one: {
      client_id: '1',
      class_codes: ['110'],
      email: { smtp: `\${SMTP_URL}`, from: 'a@acme.example', to: ['b@m1.example'] },
    },
  });

  const environment = () => ({
    DATABASE_URL: inject('warehouseUrl'),
    HEARTLAND_TOKEN: heartland.token,
    FTP_PASSWORD: ftp.password,
    SMTP_URL: smtp.url,
  });

  async function doctor(configuration: object) {
    const folder = await folderWith(configuration);
    const ended = await tillstream(folder, ['doctor', '--json'], environment());
    expect(ended.stdout + ended.stderr).not.toMatch(/canary|\n\s+at /);
    const { checks } = JSON.parse(ended.stdout) as { checks: readonly Finding[] };
    return {
      code: ended.code,
      checks,
      of: (check: string) => checks.find(finding => finding.check === check),
    };
  }

  return { heartland, ftp, smtp, healthy, environment, doctor };
}
