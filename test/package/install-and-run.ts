/**
 * The packed file, as somebody installs it: `npm install -g ./tillstream-*.tgz`, then commands in an empty folder.
 * Run by `npm run test:package`; it needs the npm registry, so it is not a part of `npm test`.
 */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MANIFEST = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
/** More than this is a mistake in `files`. */
const MOST_PACKED_BYTES = 2_000_000;

const PERMISSIVE =
  /^(MIT|MIT-0|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0|Unlicense|Python-2\.0|CC0-1\.0)$/;

let folder: string;
let packed: {
  readonly filename: string;
  readonly size: number;
  readonly files: { path: string }[];
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tillstream-package-'));
  await chmod(folder, 0o755);
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: ROOT,
  });
  [packed] = JSON.parse(stdout.slice(stdout.indexOf('[')));
  const file = join(folder, packed.filename);
  await run('npm', ['install', '--global', '--prefix', join(folder, 'global'), file], {
    cwd: folder,
    timeout: 600_000,
  });
});

after(() => rm(folder, { recursive: true, force: true }));

/** The folders of every Node at hand: the one the checkout installed, and the machine's own. */
async function nodes(): Promise<readonly string[]> {
  const own = dirname(process.execPath);
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(part => !part.includes('node_modules'));
  const found = await run('node', ['-p', 'process.execPath'], {
    env: { ...process.env, PATH: path.join(delimiter) },
  }).then(
    ({ stdout }) => dirname(stdout.trim()),
    () => own,
  );
  return [...new Set([own, found])];
}

async function tillstream(node: string, args: readonly string[]) {
  const cwd = await mkdtemp(join(folder, 'empty-'));
  // Postgres does not run as root: it is lent to another user, who must be able to enter.
  await chmod(cwd, 0o755);
  const env = { PATH: [node, '/usr/bin', '/bin'].join(delimiter), HOME: cwd };
  const program = join(folder, 'global', 'bin', 'tillstream');
  const { stdout, stderr } = await run(program, [...args], { cwd, env, timeout: 300_000 });
  return { cwd, stdout, stderr };
}

test('the package has what runs, and no sources or tests of ours', () => {
  const paths = packed.files.map(({ path }) => path);
  assert.ok(packed.size < MOST_PACKED_BYTES, `${packed.size} bytes`);
  assert.deepEqual(
    paths.filter(path => path.endsWith('.ts') && !path.endsWith('.d.ts')),
    [],
  );
  assert.deepEqual(
    paths.filter(path => path.includes('.test.')),
    [],
  );
  for (const path of ['README.md', 'LICENSE', 'dist/app/cli/command-line.js'])
    assert.ok(paths.includes(path), `${path} is missing`);
});

test('--version and --help run on any Node that is there', async () => {
  for (const node of await nodes()) {
    const { stdout } = await tillstream(node, ['--version']);
    assert.equal(stdout.trim(), MANIFEST.version);
    const help = await tillstream(node, ['--help']);
    assert.match(help.stdout, /Usage: tillstream/);
    assert.equal(help.stderr, '');
  }
});

test('the demo runs in an empty folder', async () => {
  const [node] = (await nodes()).toReversed();
  const { cwd, stdout } = await tillstream(node!, ['demo']);
  assert.match(stdout, /21 checks passed/);
  const mailed = await readdir(join(cwd, '.tillstream', 'demo', 'mailed'));
  assert.ok(
    mailed.some(name => /^4321_\d{6}\.txt$/.test(name)),
    mailed.join(),
  );
});

test('every package that is installed has a permissive license', async () => {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'));
  const installed = Object.entries<{ dev?: boolean; optional?: boolean; license?: string }>(
    lock.packages,
  ).filter(([path, { dev }]) => path !== '' && !dev);
  const others: string[] = [];
  for (const [path, { license, optional }] of installed) {
    const name = license ?? (await licenseOf(path));
    if (name === undefined && optional) continue;
    const choices = (name ?? 'none').replaceAll(/[()]/g, '').split(/ OR /);
    if (!choices.some(choice => choice.split(/ AND /).every(one => PERMISSIVE.test(one))))
      others.push(`${path}: ${name}`);
  }
  assert.deepEqual(others, []);
});

/** Older packages name their licenses in a list, which the lock file leaves out. */
async function licenseOf(path: string): Promise<string | undefined> {
  const text = await readFile(join(ROOT, path, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text).licenses?.[0]?.type;
}
