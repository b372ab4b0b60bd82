/** What a program needs of our environment; tokens and passwords are in it too, and stay with us. */
const NEEDED = [
  'PATH',
  'TZ',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  // A clock of its own (libfaketime): ours and the server's must agree.
  'LD_PRELOAD',
  'DYLD_INSERT_LIBRARIES',
  'FAKETIME',
  'FAKETIME_DONT_FAKE_MONOTONIC',
  'DONT_FAKE_MONOTONIC',
  // Without these, programs do not start on Windows.
  'SystemRoot',
  'SystemDrive',
  'windir',
  'TEMP',
  'TMP',
];

/**
 * The environment of a program that we start. A process' environment can be read by others (`/proc`), and that of
 * Postgres by SQL.
 */
export function environmentOfChildren(): Record<string, string> {
  const kept = NEEDED.flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // Messages that we look into are in English.
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
