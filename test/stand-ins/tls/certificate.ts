import { generate } from 'selfsigned';
import { now } from '../../setup/clock.ts';

/** A private key and its self-signed certificate, as PEM. Clients use `cert` as `ca`. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Creates a certificate for `localhost` and 127.0.0.1, or for another name, valid for a day. */
export async function makeCertificate(name?: string): Promise<TestCertificate> {
  const commonName = name ?? 'localhost';
  const { private: key, cert } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(now().getTime() + 24 * 60 * 60 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: commonName },
          ...(name === undefined ? [{ type: 7 as const, ip: '127.0.0.1' }] : []),
        ],
      },
    ],
  });
  return { key, cert };
}
