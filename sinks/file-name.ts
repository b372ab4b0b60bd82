import { ConfigurationError } from '../transforms/errors.ts';

/**
 * Refuses a file name that could leave its folder, hide itself, or break a command it is written into.
 *
 * Throws `ConfigurationError` for an empty name, slashes either way, a leading dot, control characters, and names
 * longer than the 200 bytes that leave room for a temporary suffix on every file system.
 */
export function checkFileName(name: string): string {
  const fault = whatIsWrong(name);
  if (fault === undefined) return name;
  throw new ConfigurationError('FILE_NAME_UNSAFE', {
    problem: `A file name ${fault}`,
    found: name,
    expected: 'a plain name such as "12345.csv"',
    next: 'Change the file name, or the number it is made from, in the configuration.',
  });
}

function whatIsWrong(name: string): string | undefined {
  if (name.trim() === '') return 'is empty';
  if (/[/\\]/.test(name)) return 'holds a slash';
  if (name.startsWith('.')) return 'begins with a dot';
  if (/\p{Cc}/u.test(name)) return 'holds a control character';
  if (name !== name.trim()) return 'begins or ends with a space';
  if (Buffer.byteLength(name) > 200) return 'is longer than 200 bytes';
  return undefined;
}
