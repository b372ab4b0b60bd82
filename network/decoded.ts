import { promisify } from 'node:util';
import {
  brotliDecompress,
  gunzip,
  inflate,
  inflateRaw,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompress,
} from 'node:zlib';
import { AnswerFault, tooLarge } from './answer-fault.ts';

type Decoder = (
  body: Uint8Array,
  options: ZlibOptions & ZstdOptions,
) => Promise<Buffer<ArrayBufferLike>>;

const gzip: Decoder = promisify(gunzip);
const zlibDeflate: Decoder = promisify(inflate);
const rawDeflate: Decoder = promisify(inflateRaw);

/** By the names of RFC 9110, 8.4.1, and of RFC 8878 for zstd. */
const DECODERS: Readonly<Record<string, Decoder>> = {
  gzip,
  'x-gzip': gzip,
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
  // Some servers send it without the zlib header that RFC 9110 asks for; its first byte tells.
  deflate: (body, options) =>
    ((body[0] ?? 0) & 0x0f) === 8 ? zlibDeflate(body, options) : rawDeflate(body, options),
};

/** More in a row is no server's habit, and each may multiply the size of the one before. */
const MOST_CODINGS = 3;

/**
 * How a body is encoded, in the order it was done; empty for the plain one that was asked for.
 *
 * Gzip and zstd are known by their first bytes too: some proxies compress and do not say so, and no JSON begins like that.
 */
export function codingsOf(
  header: string | readonly string[] | undefined,
  body: Uint8Array,
): readonly string[] {
  if (body.length === 0) return [];
  if (header === undefined) {
    if (body[0] === 0x1f && body[1] === 0x8b) return ['gzip'];
    const isZstd = body[0] === 0x28 && body[1] === 0xb5 && body[2] === 0x2f && body[3] === 0xfd;
    return isZstd ? ['zstd'] : [];
  }
  return [header]
    .flat()
    .flatMap(value => value.split(','))
    .map(coding => coding.trim().toLowerCase())
    .filter(coding => coding !== '' && coding !== 'identity');
}

/**
 * The plain bytes of an encoded body, at most `mostBytes` of them.
 *
 * @throws AnswerFault when an encoding is not known, is not what the body has, or makes more than that of it
 */
export async function decoded(
  body: Uint8Array,
  codings: readonly string[],
  mostBytes: number,
): Promise<Buffer> {
  const unknown = codings.find(coding => !Object.hasOwn(DECODERS, coding));
  if (unknown !== undefined || codings.length > MOST_CODINGS) {
    const named = JSON.stringify((unknown ?? codings.join(', ')).slice(0, 60));
    throw new AnswerFault(
      `the answer is encoded as ${named}, which cannot be read (gzip, br, deflate and zstd can)`,
      { mayPass: false },
    );
  }
  let plain = Buffer.from(body.buffer, body.byteOffset, body.length);
  for (const coding of codings.toReversed()) {
    try {
      plain = (await DECODERS[coding]!(plain, { maxOutputLength: mostBytes })) as typeof plain;
    } catch (cause) {
      const { code = 'unknown' } = cause as { code?: string };
      if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(mostBytes, ` once its ${coding} is read`);
      throw new AnswerFault(
        `the answer breaks off or is broken: it is no whole ${coding} (${code})`,
        {
          mayPass: true,
          cause,
        },
      );
    }
  }
  return plain;
}
