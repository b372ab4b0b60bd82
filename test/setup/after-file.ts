/** What a file's tests opened and only its end may close, as where tests run side by side. */
const closers: (() => Promise<unknown>)[] = [];

/** Closes something after the file's last test. */
export function afterFile(close: () => Promise<unknown>): void {
  closers.push(close);
}

/** Closes all of it, what was opened first, first. */
export async function closeWhatIsOpen(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}
