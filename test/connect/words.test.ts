import { describe, expect, test } from 'vitest';
import { accountAddress, listIn, pairsIn, whyNot } from '../../app/setup/init/answers.ts';
import { configurationText, type Setup } from '../../app/setup/init/write.ts';
import { consentAddress, readRedirect } from '../../sources/heartland/http/oauth.ts';
import { isGranted, permissionInWords } from '../../sources/heartland/scopes.ts';

test.each([
  ['acme', 'https://acme.retail.heartland.us/api'],
  ['ACME-2', 'https://acme-2.retail.heartland.us/api'],
  ['acme.retail.heartland.us', 'https://acme.retail.heartland.us/api'],
  ['https://acme.retail.heartland.us/#reports', 'https://acme.retail.heartland.us/api'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/api'],
  ['our shop', undefined],
  ['ftp://acme', undefined],
  ['', undefined],
])('the account “%s” is at %s', (written, address) => {
  expect(accountAddress(written)).toBe(address);
});

test('pairs and lists may contain spaces; an incomplete pair is refused', () => {
  expect([...pairsIn("1=12345, O'Fallon=9")!]).toEqual([
    ['1', '12345'],
    ["O'Fallon", '9'],
  ]);
  for (const wrong of ['', '1', '1=', '=5', '1=abc', '1=2=3'])
    expect(pairsIn(wrong)).toBeUndefined();
  expect(listIn(' 110,, UNCL ')).toEqual(['110', 'UNCL']);
  expect(whyNot('timezone', 'Eastern')).toContain('did you mean America/New_York');
});

test('answers cannot change the structure of the configuration', () => {
  const odd = `a": { b } # \${HOME}\\`;
  const setup: Setup = {
    ...{ merchant: 'acme', baseUrl: 'https://acme.example/api', timezone: 'UTC', hasServer: false },
    ...{ upc: 'public_id', classCode: 'custom@class_code' },
    locations: [{ number: odd, name: 'Two\nlines: [', isActive: true }],
  };
  const line = configurationText(setup)
    .split('\n')
    .find(each => each.includes('Two'))!;
  expect(line).toBe('  "a\\": { b } # $${HOME}\\\\": {} # Two lines: [');
});

describe('the redirect', () => {
  const uri = 'http://127.0.0.1:8917/callback';
  test.each([
    [`${uri}?code=c&state=s`, { kind: 'code', code: 'c' }],
    ['/callback?code=c&state=s', { kind: 'code', code: 'c' }],
    [`${uri}?code=c&state=other`, { kind: 'foreign' }],
    [`${uri}?code=c`, { kind: 'foreign' }],
    [`${uri}?error=access_denied&state=s`, { kind: 'refused', because: 'access_denied' }],
    [`${uri}?error=access_denied`, { kind: 'foreign' }],
    [uri, { kind: 'none' }],
  ])('%s', (address, expected) => {
    expect(readRedirect(address, uri, 's')).toEqual(expected);
  });

  test('consent is requested with all parameters that Heartland needs, and without the secret', () => {
    const app = { server: 'https://retail.heartland.us', clientId: 'id', redirectUri: uri };
    const url = new URL(consentAddress(app, ['item.manage', 'location.read'], 's'));
    expect(url.origin + url.pathname).toBe('https://retail.heartland.us/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ client_id: 'id', scope: 'item.manage location.read', redirect_uri: uri },
      ...{ response_type: 'code', state: 's' },
    });
  });
});

test('manage includes read, and permissions have the names of Heartland’s screen', () => {
  expect(isGranted('location.read', new Set(['location.manage']))).toBe(true);
  expect(isGranted('location.manage', new Set(['location.read']))).toBe(false);
  expect(isGranted('reporting.read.metric.location_sales', new Set(['reporting.read']))).toBe(
    false,
  );
  expect(permissionInWords('item.manage')).toBe('INVENTORY › Manage items and grids (item.manage)');
  expect(permissionInWords('inventory.transfer.read')).toBe(
    'View transfers (inventory.transfer.read)',
  );
  expect(permissionInWords('something.new')).toBe('something.new');
});
