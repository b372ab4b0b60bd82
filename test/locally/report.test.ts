import { expect, onTestFinished, test } from 'vitest';
import { problemsFile } from '../../transforms/locally/report.ts';
import { type SmtpServer, startSmtp } from '../stand-ins/smtp/server.ts';
import { scene } from './scene.ts';

const email = (smtp: SmtpServer) => ({
  smtp: smtp.url,
  from: 'Acme <ops@acme.example>',
  to: ['owner@acme.example'],
});

test('after a run the report is mailed: what went, what was left out and why, and the list to work through', async () => {
  const smtp = await mailServer();
  const { run } = await scene({ locally: { filter: {}, report: { email: email(smtp) } } });

  const { counts, problems, stores } = await run();

  const [mail] = smtp.messages;
  expect(mail!.subject).toMatch(/^Locally feed t_\w+ 2026-11-21: delivered$/);
  const missing = counts.find(each => each.reason === 'upc_missing')!;
  expect(mail!.text).toContain(`${missing.items} items, ${missing.units} pieces: no UPC`);
  expect(mail!.text).toContain(`${stores[0]!.rows} products, ${stores[0]!.units} pieces`);
  const [list] = mail!.attachments;
  expect(list!.filename).toBe('locally-problems.csv');
  expect(list!.content.toString('utf8')).toBe(problemsFile(problems));
  expect(mail!.text).toContain('Stock as of 2026-11-21 12:00 CST');
  expect(problems.length).toBeGreaterThan(5);
});

test('only a feed that did not go is reported, where the configuration says so', async () => {
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

test('a report that cannot be mailed does not keep the feed from being delivered', async () => {
  const smtp = await mailServer();
  smtp.faults.refuseMessage = true;
  const { run, exports } = await scene({ locally: { report: { email: email(smtp) } } });

  expect((await run()).status).toBe('delivered');
  expect((await exports())[0]).toMatchObject({ status: 'delivered' });
});

test('nothing in the list can be run by a spreadsheet or break out of its cell', () => {
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

async function mailServer(): Promise<SmtpServer> {
  const smtp = await startSmtp();
  onTestFinished(() => smtp.close());
  return smtp;
}
