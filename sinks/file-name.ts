import { ConfigurationError } from '../transforms/errors.ts';

/**
 * Rejects a file name that could leave its folder, be hidden, or break a command it is part of.
 *
 * Throws `ConfigurationError` for an empty name, slashes and backslashes, a leading dot, control
 * characters, and more than 200 bytes, which leaves room for a temporary suffix everywhere.
 */
export function checkFileName(name: string): string {
  const problem = problemWith(name);
  if (problem === undefined) return name;
  throw new ConfigurationError('FILE_NAME_UNSAFE', {
    problem: `A file name ${problem}`,
    found: name,
    expected: 'a plain name such as "12345.csv"',
    next: 'Change the file name, or the number it contains, in the configuration.',
  });
}

function problemWith(name: string): string | undefined {
  if (name.trim() === '') return 'is empty';
  if (/[/\\]/.test(name)) return 'contains a slash';
  if (name.startsWith('.')) return 'starts with a dot';
  if (/\p{Cc}/u.test(name)) return 'contains a control character';
  if (name !== name.trim()) return 'starts or ends with a space';
  if (Buffer.byteLength(name) > 200) return 'is longer than 200 bytes';
  return undefined;
}
