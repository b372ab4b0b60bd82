import { createHash, timingSafeEqual } from 'node:crypto';
import type { AuthenticationType, Client, ServerHostKeyAlgorithm } from 'ssh2';
import type { SftpOptions } from './options.ts';
import { sshPrivateKey } from './private-key.ts';

/** The host key algorithms that ssh2 supports, by the kind of key in the server's answer. */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/** The host keys that a server presented, by kind. */
export class PresentedKeys {
  readonly #byKind = new Map<string, string>();

  /** As `SHA256:… (ssh-ed25519)`. */
  get shown(): readonly string[] {
    return [...this.#byKind].map(([kind, fingerprint]) => `${fingerprint} (${kind})`);
  }

  /** Algorithms of the kinds that it has not presented; empty if there is none left. */
  get otherAlgorithms(): ServerHostKeyAlgorithm[] {
    return Object.entries(ALGORITHMS).flatMap(([kind, algorithms]) =>
      this.#byKind.has(kind) ? [] : algorithms,
    );
  }

  /** Records a key and compares it with the pinned fingerprint. */
  isPinned(key: Buffer, pinned: string | undefined): boolean {
    const hash = createHash('sha256').update(key).digest('base64').replace(/=+$/, '');
    const fingerprint = `SHA256:${hash}`;
    this.#byKind.set(key.toString('latin1', 4, 4 + key.readUInt32BE(0)), fingerprint);
    if (pinned === undefined || pinned.length !== fingerprint.length) return false;
    return timingSafeEqual(Buffer.from(pinned), Buffer.from(fingerprint));
  }
}

/** Starts to connect; the client then emits `ready`, or `error`. */
export function startConnecting(
  client: Client,
  options: SftpOptions & { readonly timeoutMs: number },
  presented: PresentedKeys,
): void {
  const { host, port, user, password, privateKey, passphrase, hostKey, timeoutMs } = options;
  client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => {
    answer(prompts.map(() => password ?? ''));
  });
  client.connect({
    host,
    port,
    username: user,
    ...(password !== undefined && { password, tryKeyboard: true }),
    ...(privateKey !== undefined && { privateKey: sshPrivateKey(privateKey, passphrase) }),
    ...(passphrase !== undefined && { passphrase }),
    authHandler: acceptedMethods(options),
    algorithms: { serverHostKey: presented.otherAlgorithms },
    readyTimeout: timeoutMs,
    hostVerifier: (key: Buffer) => presented.isPinned(key, hostKey),
  });
  client.setNoDelay(true);
}

/** Tries only the methods that the server accepts: each refused one counts as a failed log-in. */
function acceptedMethods({ password, privateKey }: SftpOptions) {
  const untried: AuthenticationType[] = ['none'];
  if (privateKey !== undefined) untried.push('publickey');
  if (password !== undefined) untried.push('password', 'keyboard-interactive');
  return (accepted: AuthenticationType[] | null): AuthenticationType | false => {
    const isPossible = (method: AuthenticationType) =>
      accepted === null || accepted.length === 0 || accepted.includes(method);
    const index = untried.findIndex(isPossible);
    return index === -1 ? false : (untried.splice(index, 1)[0] ?? false);
  };
}
