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
  // Some servers omit the zlib header that RFC 9110 requires; the first byte shows it.
  deflate: (body, options) =>
    ((body[0] ?? 0) & 0x0f) === 8 ? zlibDeflate(body, options) : rawDeflate(body, options),
};

/** No server uses more, and each can multiply the size of the one before. */
const MAX_CODINGS = 3;

/**
 * The encodings of a body, in the order they were applied; empty for a plain body.
 *
 * Gzip and zstd are also recognized by their first bytes, because some proxies compress without
 * saying so, and no JSON starts with these bytes.
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
 * Decodes a body to at most `mostBytes` bytes.
 *
 * @throws AnswerFault when an encoding is unknown, does not fit the body, or makes it larger
 */
export async function decoded(
  body: Uint8Array,
  codings: readonly string[],
  mostBytes: number,
): Promise<Buffer> {
  const unknown = codings.find(coding => !Object.hasOwn(DECODERS, coding));
  if (unknown !== undefined || codings.length > MAX_CODINGS) {
    const named = JSON.stringify((unknown ?? codings.join(', ')).slice(0, 60));
    throw new AnswerFault(
      `the response is encoded as ${named}; supported are gzip, br, deflate and zstd`,
      { mayPass: false },
    );
  }
  let plain = Buffer.from(body.buffer, body.byteOffset, body.length);
  for (const coding of codings.toReversed()) {
    try {
      plain = (await DECODERS[coding]!(plain, { maxOutputLength: mostBytes })) as typeof plain;
    } catch (cause) {
      const { code = 'unknown' } = cause as { code?: string };
      if (code === 'ERR_BUFFER_TOO_LARGE')
        throw tooLarge(mostBytes, ` after its ${coding} is decoded`);
      throw new AnswerFault(
        `the response is cut off or damaged: it is not valid ${coding} (${code})`,
        {
          mayPass: true,
          cause,
        },
      );
    }
  }
  return plain;
}
