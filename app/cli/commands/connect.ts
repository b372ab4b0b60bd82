import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { clientFor } from '../../../pipelines/run/session.ts';
import { untilAborted } from '../../../pipelines/run/stopping.ts';
import type { Configuration } from '../../../pipelines/settings/schema.ts';
import { missingInWords, neededStreams, rightsFor } from '../../../pipelines/sync/permissions.ts';
import { GIVE } from '../../../sources/heartland/scopes.ts';
import { EXIT, UsageError } from '../../../transforms/errors.ts';
import { stopIfAborted } from '../../../transforms/interruption.ts';
import { readConfiguration } from '../../configuration/read.ts';
import { appOf, type Connected, connect } from '../../setup/connect/connect.ts';
import { receiveRedirect } from '../../setup/connect/redirect-receiver.ts';
import type { CliCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { jsonLine } from '../output/json.ts';

export const connectCommand: CliCommand = {
  name: 'connect',
  about: 'Connect a registered app (OAuth) to a Heartland account and save its token',
  run: async (context, { config, json }) => {
    const configuration = await readConfiguration(config, context.env, {
      needs: ['heartland'],
      withoutToken: true,
    });
    const { redirectUri } = appOf(configuration);
    const receiver = await receiveRedirect(redirectUri);
    try {
      const consent = {
        ask: (address: string) => context.stderr.write(invitation(address, receiver !== undefined)),
        answer: (signal: AbortSignal, isOurs: (address: string) => boolean) =>
          firstAnswer(signal, receiver?.redirect(isOurs)),
      };
      const connected = await connect(configuration, consent, new Date(), context.signal);
      const report = await connectedReport(context, configuration, connected);
      context.stdout.write(json ? jsonLine(report.json) : `${report.text}\n`);
      return EXIT.done;
    } finally {
      receiver?.close();
    }
  },
};

function invitation(address: string, isListening: boolean): string {
  return [
    'Open this address in a browser where you are logged in to Heartland, and allow access:',
    '',
    `  ${address}`,
    '',
    isListening
      ? 'The browser then returns here. If it cannot (it runs on another machine), paste the address that it'
      : 'The browser then shows an error or a blank page, which is expected. Paste the address that it',
    'ends at, or the code in it, and press Enter.',
    '',
  ].join('\n');
}

/** The redirect of the browser, or a line on stdin, whichever comes first. */
async function firstAnswer(
  signal: AbortSignal,
  redirect: Promise<string> | undefined,
): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  const stopped = new AbortController();
  const ended = AbortSignal.any([signal, stopped.signal]);
  try {
    const typed = (async () => {
      for await (const line of lines) if (line.trim() !== '') return line;
      if (redirect === undefined) throw noAnswer();
      return redirect;
    })();
    const aborted = once(ended, 'abort').then(() => stopIfAborted(signal, 'Connecting')) as never;
    return await Promise.race([typed, ...(redirect === undefined ? [] : [redirect]), aborted]);
  } finally {
    stopped.abort();
    lines.close();
    process.stdin.destroy();
  }
}

function noAnswer(): UsageError {
  return new UsageError('NO_CODE', {
    problem: 'The input ended without an address or a code',
    next: 'Run tillstream connect in a terminal, or pass the address on stdin.',
  });
}

/** Tests the new token and lists the permissions it lacks. */
async function connectedReport(
  context: Context,
  configuration: Configuration,
  { base_url: baseUrl, token, file }: Connected,
): Promise<{ text: string; json: object }> {
  const connected = {
    ...configuration,
    heartland: { ...configuration.heartland, base_url: baseUrl, token },
  };
  const client = clientFor(connected, () => {});
  try {
    const rights = rightsFor(client, neededStreams(configuration));
    const { user, missing } = await untilAborted(rights, context.signal, 'Testing the token');
    const lines = [
      `Connected to ${new URL(baseUrl).host} as ${user.name}.`,
      `The token is saved in ${file}, which only its owner can read.`,
      ...(missing ?? []).map(need => `${missingInWords(need)}.`),
      ...(missing !== undefined && missing.length > 0 ? [GIVE] : []),
    ];
    return {
      text: lines.join('\n'),
      json: {
        exit_code: EXIT.done,
        host: new URL(baseUrl).host,
        user: user.name,
        token_file: file,
        missing_permissions: missing?.map(({ permission }) => permission) ?? null,
      },
    };
  } finally {
    await client.close();
  }
}
