import { createHash, generateKeyPairSync } from 'node:crypto';
import ssh2 from 'ssh2';

/** Whether a log-in uses the allowed key. */
export function isKey(
  context: { key: { data: Buffer }; signature?: Buffer; blob?: Buffer; hashAlgo?: string },
  allowed: string | undefined,
): boolean {
  if (allowed === undefined) return false;
  const parsed = ssh2.utils.parseKey(allowed);
  if (parsed instanceof Error) throw parsed;
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  if (!key.getPublicSSH().equals(context.key.data)) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  return key.verify(context.blob, context.signature, context.hashAlgo) === true;
}

/** Creates a host key, and its fingerprint as `SHA256:…`. */
export function hostKeyPair(kind: 'rsa' | 'ecdsa' = 'rsa'): {
  private: string;
  fingerprint: string;
} {
  const text =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          .privateKey.export({ type: 'pkcs1', format: 'pem' })
          .toString()
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
          .privateKey.export({ type: 'sec1', format: 'pem' })
          .toString();
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) throw parsed;
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64');
  return { private: text, fingerprint: `SHA256:${hash.replace(/=+$/, '')}` };
}
