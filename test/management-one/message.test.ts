import { expect, test } from 'vitest';
import { managementOneOutcome } from '../../app/cli/commands/management-one.ts';
import { confirmDelivered } from '../../pipelines/exports/management-one/delivery-history.ts';
import { refresh } from '../../pipelines/exports/management-one/refresh.ts';
import { restatements } from '../../pipelines/exports/management-one/restatements.ts';
import { closeExport, listExports, recordExport } from '../../sinks/postgres/exports.ts';
import { withThousands } from '../../transforms/figures.ts';
import { countIssues, issuesInWords, issuesTitle } from '../../transforms/findings.ts';
import { changesOfTotals, percent } from '../../transforms/management-one/changes.ts';
import { escapeHtml } from '../../transforms/management-one/message/html.ts';
import { plainTable, textTable } from '../../transforms/management-one/message/text.ts';
import { parseMonth } from '../../transforms/month.ts';
import { LENIENT, retailer } from './month.ts';

test('the e-mail has totals by location, changes and checks; the list goes to the retailer', async () => {
  const shop = await retailer({
    section: {
      ...LENIENT,
      email: {
        from: 'Acme <ops@acme.example>',
        to: ['affiliate@m1.example'],
        cc: ['owner@acme.example'],
        reply_to: 'owner@acme.example',
      },
    },
  });
  const september = await shop.run({ month: '2026-09' });
  const october = await shop.run();
  const [, , message, list] = shop.smtp.messages;
  expect(shop.smtp.messages).toHaveLength(4);
  expect(message?.to).toMatchObject({ text: 'affiliate@m1.example' });
  expect(message?.cc).toMatchObject({ text: 'owner@acme.example' });
  expect(message?.attachments).toHaveLength(1);
  expect(list?.to).toMatchObject({ text: 'owner@acme.example' });
  const issues = issuesInWords(october.problems);
  expect(issues).toMatch(/^\d+ issues$/);
  const title = issuesTitle(october.problems);
  expect(title).toBe(`Issues to fix (${countIssues(october.problems)})`);
  expect(list?.subject).toMatch(/^Management One file of \w+ for October 2026: /);
  expect(list?.subject?.endsWith(`: ${issues} to fix`)).toBe(true);
  const { text: screen } = managementOneOutcome(october);
  expect(screen).toContain(`${title}:`);
  const byKind = [...screen.matchAll(/: (\d+) issues?, /g)].map(match => Number(match[1]));
  expect(byKind.reduce((sum, each) => sum + each, 0)).toBe(countIssues(october.problems));
  expect(list?.attachments).toEqual([]);
  for (const mail of [message, list]) expect(mail?.replyTo?.text).toBe('owner@acme.example');
  const theirs = message as { html: string; text: string };
  const ours = list as { html: string; text: string };
  for (const part of [theirs.text, theirs.html]) {
    expect(part).not.toContain('Issues to fix');
    expect(part).not.toContain('Set custom@class_code');
    expect(part).toContain('Attached: 4321_202610.txt');
  }
  for (const part of [ours.text, ours.html]) {
    expect(part).toContain(title);
    expect(part.match(/Set custom@class_code of item SKU-00001 /g)).toHaveLength(1);
    expect(part).toMatch(/Sent to smtp:\S+ to [^:]*affiliate@m1\.example[^:]*:\s+4321_202610\.txt/);
  }
  for (const part of [theirs.text, theirs.html, ours.text, ours.html]) {
    expect(part).toContain('Totals by location');
    for (const { figures } of october.totals.locations) {
      expect(part).toContain(withThousands(figures.NetSales!));
    }
    expect(october.totals.file.EndRetail).toMatch(/^\d{4,}\./);
    expect(part).toContain(withThousands(october.totals.file.EndRetail!));
    expect(part).toContain('Compared with the previous month, September 2026');
    expect(part).toMatch(/As sent on \d{4}-\d\d-\d\d\./);
    expect(part).toContain(percent(september.totals.file.NetSales!, october.totals.file.NetSales!));
    expect(part).toContain('net sales match Heartland');
    expect(part).not.toContain('the previous year');
    expect(part).toContain('October 2026');
    for (const { location } of october.totals.locations) {
      const { locations } = shop.heartland.ledger;
      const name = locations.find(({ publicId }) => publicId === location)?.name;
      expect(part).toContain(`${location} ${name}`);
    }
  }
  for (const { text, html } of [theirs, ours]) {
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(html).not.toContain('http');
    expect(html).not.toMatch(
      /<(?!\/?(html|head|meta|body|h[23]|p|br|table|tr|t[hd])\b)(?!!doctype)/,
    );
  }
});

test('a resent month lists what changed since the previous delivery', async () => {
  const shop = await retailer({ section: LENIENT });
  await shop.run();
  const { ledger } = shop.heartland;
  const ticket = ledger.tickets.find(
    ({ status, completedAt }) =>
      status === 'complete' && completedAt !== null && completedAt > Date.parse('2026-10-10'),
  );
  ledger.voidTicket(ticket!.id);
  await shop.run({ resend: true });
  const text = shop.smtp.messages[1]?.text ?? '';
  expect(text).toContain('Resent: changes since');
  const changes = text.slice(text.indexOf('Resent'), text.indexOf('Totals by location'));
  expect(changes).toMatch(/NetSales +[\d,]+\.\d\d +[\d,]+\.\d\d +-[\d,]+\.\d\d/);
  expect(changes).not.toContain('BeginCost');
});

test('a month that changed after it was sent is found, with the changed figures', async () => {
  const shop = await retailer({ section: LENIENT });
  const { work } = shop.fresh;
  const { signal } = new AbortController();
  await shop.run();
  expect(await restatements(work.warehouse, work.configuration, signal)).toEqual([]);
  const { ledger } = shop.heartland;
  const [ticket] = ledger.tickets.filter(
    ({ status, completedAt }) =>
      status === 'complete' && completedAt !== null && completedAt > Date.parse('2026-10-10'),
  );
  ledger.voidTicket(ticket!.id);
  // Orders and retail values are as of today, so they say nothing about October.
  ledger.order({
    vendorId: ledger.vendors[0]!.id,
    locationId: ledger.locations[0]!.id,
    lines: [{ itemId: ledger.items[40]!.id, qty: 5 }],
  });
  ledger.changeItem(ledger.items[40]!.id, { priceCents: 1 });
  await refresh(work, work.configuration.management_one!, parseMonth('2026-10'), signal);
  const [restated, ...others] = await restatements(work.warehouse, work.configuration, signal);
  expect(others).toEqual([]);
  expect(restated?.label).toBe('2026-10');
  const goods = ticket!.lines.reduce(
    (sum, line) => sum + (line.type === 'ItemLine' ? line.valueCents : 0),
    0,
  );
  expect(restated?.changes.find(({ figure }) => figure === 'NetSales')).toMatchObject({
    location: undefined,
    by: (-goods / 100).toFixed(2),
  });
  expect(restated?.classChanges.length).toBeGreaterThan(0);
  for (const { figure } of [...restated!.changes, ...restated!.classChanges]) {
    expect(figure).not.toMatch(/OnOrder|Retail/);
  }
});

test('errors_to is notified of a held month; the recipients of the file are not', async () => {
  const shop = await retailer({
    section: {
      email: {
        from: 'ops@acme.example',
        to: ['affiliate@m1.example'],
        errors_to: ['ops@acme.example'],
      },
    },
  });
  await expect(shop.run()).rejects.toMatchObject({ code: 'MONTH_HELD' });
  const [message] = shop.smtp.messages;
  expect(shop.smtp.messages).toHaveLength(1);
  expect(message?.to).toMatchObject({ text: 'ops@acme.example' });
  expect(message?.subject).toMatch(/^Management One file of \w+ for October 2026 was not sent$/);
  expect(message?.text).toContain('Set custom@class_code of item SKU-00001 in Heartland');
  expect(message?.attachments).toEqual([]);
  // A dry run notifies nobody.
  await expect(shop.run({ dryRun: true })).rejects.toMatchObject({ code: 'MONTH_HELD' });
  expect(shop.smtp.messages).toHaveLength(1);
});

test.each([
  [{ list_to: ['buyer@acme.example'], errors_to: ['ops@acme.example'] }, 'buyer@acme.example'],
  [{ errors_to: ['ops@acme.example'], reply_to: 'owner@acme.example' }, 'ops@acme.example'],
  [{ list_to: [], errors_to: ['ops@acme.example'] }, undefined],
])('with %j the list goes to %s, and the file to Management One alone', async (email, expected) => {
  const shop = await retailer({ section: { ...LENIENT, email } });
  await shop.run();
  const [file, list, ...others] = shop.smtp.messages;
  expect(file?.to).toMatchObject({ text: 'affiliate@m1.example' });
  expect(file?.text).not.toContain('Issues to fix');
  expect((list?.to as { text: string } | undefined)?.text).toBe(expected);
  if (expected !== undefined) expect(list?.text).toContain('Issues to fix (');
  expect(others).toEqual([]);
});

test('list_to is notified of a held month too', async () => {
  const shop = await retailer({ section: { email: { list_to: ['buyer@acme.example'] } } });
  await expect(shop.run()).rejects.toMatchObject({ code: 'MONTH_HELD' });
  const [message, ...others] = shop.smtp.messages;
  expect(message?.to).toMatchObject({ text: 'buyer@acme.example' });
  expect(message?.text).toContain('Issues to fix (');
  expect(others).toEqual([]);
});

test.each([
  [{}, 1, undefined],
  [{ list_to: [] }, 0, undefined],
  [{ reply_to: 'owner@acme.example' }, 0, 'owner@acme.example'],
])(
  'with %j a held month gives %i warnings about missing recipients and notifies %s',
  async (email, warnings, notified) => {
    const shop = await retailer({ section: { email } });
    await expect(shop.run()).rejects.toMatchObject({ code: 'MONTH_HELD' });
    const reported = shop.fresh.events.flatMap(each =>
      each.kind === 'warning' ? [each.text] : [],
    );
    expect(reported.filter(text => text.includes('no recipient'))).toEqual(
      Array(warnings).fill(
        'Nobody was notified that October 2026 is held: no recipient is configured. Set management_one.email.errors_to or list_to.',
      ),
    );
    expect(shop.smtp.messages.map(({ to }) => (to as { text: string }).text)).toEqual(
      notified === undefined ? [] : [notified],
    );
  },
);

test('a list that could not be e-mailed does not affect the delivery of the file', async () => {
  const shop = await retailer({
    section: { ...LENIENT, email: { list_to: ['buyer@acme.example'] } },
  });
  shop.smtp.faults.refuseRecipients = ['buyer@acme.example'];
  expect((await shop.run()).status).toBe('delivered');
  expect(shop.smtp.messages).toHaveLength(1);
  const [kept] = await listExports(shop.fresh.work.warehouse, 'management_one');
  expect(kept?.status).toBe('delivered');
});

test('the next run sends a month interrupted before its message was sent, but not after', async () => {
  const shop = await retailer({ section: LENIENT });
  const { warehouse, runId } = shop.fresh.work;
  const found = {
    kind: 'management_one',
    period: '2026-10',
    status: 'sending',
    totals: {},
    checks: [],
    problems: [],
  } as const;
  const before = await recordExport(warehouse, runId, found, []);
  await shop.run();
  expect(shop.smtp.messages).toHaveLength(1);
  const all = await listExports(warehouse, 'management_one');
  expect(all.find(({ exportId }) => exportId === before)).toMatchObject({
    status: 'failed',
    message: 'The delivery was interrupted before anything was sent.',
  });
  // As after a kill between the end of the message and the server's answer.
  const after = await recordExport(warehouse, runId, { ...found, period: '2026-09' }, []);
  await closeExport(warehouse, after, 'sending', [], 'handed over');
  await expect(shop.run({ month: '2026-09' })).rejects.toMatchObject({ code: 'MAYBE_SENT' });
  expect(shop.smtp.messages).toHaveLength(1);
  // A recipient confirms it: from then on the month counts as sent.
  expect(await confirmDelivered(warehouse, '2026-09')).toBe(after);
  await expect(shop.run({ month: '2026-09' })).rejects.toMatchObject({ code: 'ALREADY_SENT' });
  await expect(confirmDelivered(warehouse, '2026-09')).rejects.toMatchObject({
    code: 'NOTHING_IN_DOUBT',
  });
});

test('a change is rounded to a tenth of a percent, away from zero', () => {
  expect(percent('100.00', '112.34')).toBe('+12.3 %');
  expect(percent('100.00', '112.35')).toBe('+12.4 %');
  expect(percent('100.00', '87.65')).toBe('-12.4 %');
  expect(percent('3', '3')).toBe('+0.0 %');
  expect(percent('0.00', '5.00')).toBe('');
  expect(percent('-10', '10')).toBe('+200.0 %');
});

test('a location that is in only one month counts as zero in the other', () => {
  const nothing = { file: {}, leftOut: {} };
  const before = { ...nothing, locations: [{ location: '1', figures: { NetSales: '5.00' } }] };
  const now = { ...nothing, locations: [{ location: '2', figures: { NetSales: '7.50' } }] };
  expect(changesOfTotals(before, now)).toEqual([
    {
      location: '2',
      classCode: undefined,
      figure: 'NetSales',
      before: '0.00',
      now: '7.50',
      by: '7.50',
    },
    {
      location: '1',
      classCode: undefined,
      figure: 'NetSales',
      before: '5.00',
      now: '0.00',
      by: '-5.00',
    },
  ]);
});

test('text is escaped in HTML, and figures are aligned to the right', () => {
  expect(escapeHtml(`<b a="1">'&`)).toBe('&lt;b a=&quot;1&quot;&gt;&#39;&amp;');
  const lines = textTable([
    ['place', 'sales'],
    ['1', '10.00'],
    ['all of them', '7.50'],
  ]);
  expect(lines).toBe('place        sales\n1            10.00\nall of them   7.50');
});

test('a table too wide for an e-mail is written row by row', () => {
  const fix = 'word '.repeat(30).trim();
  expect(
    plainTable([
      ['item', 'location', 'what to change'],
      ['SKU-1', '2', fix],
      ['', '', 'Give it a number.'],
    ]),
  ).toBe(
    `item SKU-1\n  location: 2\n  what to change: ${'word '.repeat(16).trim()}\n      ${'word '.repeat(14).trim()}\nitem (none)\n  what to change: Give it a number.`,
  );
});
