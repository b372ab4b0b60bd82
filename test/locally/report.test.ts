import { expect, onTestFinished, test } from 'vitest';
import { problemsFile } from '../../transforms/locally/report.ts';
import { type SmtpServer, startSmtp } from '../stand-ins/smtp/server.ts';
import { scene } from './scene.ts';

const email = (smtp: SmtpServer) => ({
  smtp: smtp.url,
  from: 'Acme <ops@acme.example>',
  to: ['owner@acme.example'],
});

test('after a run the report is mailed: what was sent, what was left out and why, and a list', async () => {
  const smtp = await mailServer();
  const { run } = await scene({ locally: { filter: {}, report: { email: email(smtp) } } });

  const { counts, problems, stores } = await run();

  const [mail] = smtp.messages;
  expect(mail!.subject).toMatch(/^Locally feed t_\w+ 2026-11-21: delivered$/);
  const missing = counts.find(each => each.reason === 'upc_missing')!;
  expect(mail!.text).toContain(
    `${shown(missing.items)} items, ${shown(missing.units)} units: no UPC`,
  );
  expect(mail!.text).toContain(
    `${shown(stores[0]!.rows)} products, ${shown(stores[0]!.units)} units`,
  );
  const [list] = mail!.attachments;
  expect(list!.filename).toBe('locally-problems.csv');
  expect(list!.content.toString('utf8')).toBe(problemsFile(problems));
  expect(mail!.text).toContain('Stock as of 2026-11-21 12:00 CST');
  expect(problems.length).toBeGreaterThan(5);
});

test('with when: not_delivered only feeds that were not sent are reported', async () => {
  const smtp = await mailServer();
  const report = { when: 'not_delivered', email: email(smtp) };
  const { ftp, run } = await scene({ locally: { report } });

  await run();
  expect(smtp.messages).toEqual([]);
  ftp.faults.refuseLogin = true;
  await expect(run()).rejects.toMatchObject({ exitCode: 5 });
  await expect(run({ locally: { report, filter: { public_id: '-' } } })).rejects.toMatchObject({
    exitCode: 4,
  });

  expect(smtp.messages.map(mail => mail.subject?.replace(/.*: /, ''))).toEqual(['failed', 'held']);
  expect(smtp.messages[1]!.text).toContain('store 12345 has a feed: 0 products');
});

test('the feed is delivered even if its report cannot be mailed', async () => {
  const smtp = await mailServer();
  smtp.faults.refuseMessage = true;
  const { run, exports } = await scene({ locally: { report: { email: email(smtp) } } });

  expect((await run()).status).toBe('delivered');
  expect((await exports())[0]).toMatchObject({ status: 'delivered' });
});

test('no cell of the list can run as a formula or break out of its cell', () => {
  const csv = problemsFile([
    {
      kind: 'upc_missing',
      treatment: 'left_out',
      itemNumber: '=HYPERLINK("http://evil.example")',
      description: 'Tee\r\nwith "quotes", and a \0',
      locationNumber: '-2',
      found: '-cmd',
      atStake: { units: '3' },
      fix: 'Enter it.',
    },
  ]);
  expect(csv.split('\r\n')[1]).toBe(
    `upc_missing,left_out,"'=HYPERLINK(""http://evil.example"")","Tee with ""quotes"", and a  ",-2,'-cmd,3,Enter it.`,
  );
});

/** A figure as the report writes it. */
function shown(figure: number | string): string {
  return Number(figure).toLocaleString('en-US');
}

async function mailServer(): Promise<SmtpServer> {
  const smtp = await startSmtp();
  onTestFinished(() => smtp.close());
  return smtp;
}
