import { EXIT } from '../../transforms/errors.ts';

/**
 * Turns Ctrl-C and a service manager's SIGTERM into a signal that everything under way listens to. The second one
 * does not wait: the warehouse rolls back by itself when its connection is gone.
 */
export function interruption(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    process.stderr.write(
      '\nStopping… what is not finished is rolled back. Press Ctrl-C again to leave at once.\n',
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Waits for Ctrl-C. A signal alone does not keep a process alive; a timer does. */
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
