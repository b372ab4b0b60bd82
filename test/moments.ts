/**
 * Runs tests at moments at which calendars turn, under libfaketime:
 *
 *     node test/moments.ts [--at "leap day"]… [--list] [test files…]
 *
 * Without `--at` at all moments; without files, those of the fast tier; `test/` means all.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MOMENTS, type Moment } from './setup/moments.ts';

const LIBRARIES = '/usr/lib';

const { values, positionals: files } = parseArgs({
  options: { at: { type: 'string', multiple: true }, list: { type: 'boolean' } },
  allowPositionals: true,
});
const unknown = values.at?.filter(name => !MOMENTS.some(moment => moment.name === name)) ?? [];
const chosen = MOMENTS.filter(({ name }) => values.at?.includes(name) ?? true);
const library = faketimeLibrary();
if (values.list) {
  for (const { name, at, zone } of MOMENTS) console.log(`${name}: ${at}, machine in ${zone}`);
} else if (unknown.length > 0) {
  console.error(`There is no moment "${unknown[0]}". See them all with --list.`);
  process.exitCode = 2;
} else if (library === undefined) {
  console.log(
    `No test was run at another moment: libfaketime is not in ${LIBRARIES}. Install the package libfaketime.`,
  );
} else {
  const results: string[] = [];
  for (const moment of chosen) {
    console.log(`\n=== ${moment.name}: ${moment.at}, machine in ${moment.zone}`);
    const code = await runAt(moment, library);
    if (code !== 0) process.exitCode = 1;
    results.push(`${code === 0 ? 'passed' : 'FAILED'}  ${moment.name}`);
  }
  console.log(`\n${results.join('\n')}`);
}

/**
 * One run of the tests, which ends with Vitest's exit code. Clocks are set by their distance from the machine's own, so
 * that all processes, Postgres and commands too, have the same one, whenever they start; timers are as always.
 */
function runAt({ at, zone }: Moment, preload: string): Promise<number | null> {
  const seconds = Math.round((Date.parse(at) - Date.now()) / 1000);
  const config = files.length === 0 ? ['--config', 'vitest.fast.config.ts'] : files;
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...config], {
    stdio: 'inherit',
    env: {
      ...process.env,
      LD_PRELOAD: preload,
      FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}`,
      // Two versions of libfaketime, two names.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
      TZ: zone,
    },
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** The library for programs with threads; undefined where it is not installed, as on any system but Linux. */
function faketimeLibrary(): string | undefined {
  try {
    const found = readdirSync(LIBRARIES)
      .flatMap(folder => filesOf(`${LIBRARIES}/${folder}/faketime`))
      .concat(filesOf(`${LIBRARIES}/faketime`));
    return found.find(path => path.endsWith('libfaketimeMT.so.1'));
  } catch {
    return undefined;
  }
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map(name => `${folder}/${name}`);
  } catch {
    return [];
  }
}
