import { EXIT } from '../../transforms/errors.ts';

/**
 * Turns Ctrl-C and SIGTERM into the signal that stops a command.
 *
 * The second one exits at once: Postgres rolls back when the connection closes.
 */
export function interruption(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    process.stderr.write(
      '\nStopping… unfinished work is rolled back. Press Ctrl-C again to exit at once.\n',
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Waits for Ctrl-C. A signal alone does not keep the process alive; a timer does. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const awake = setInterval(() => {}, 60_000);
    const stop = () => {
      clearInterval(awake);
      resolve();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
