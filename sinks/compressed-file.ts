import { pipeline, type Readable, Readable as Source } from 'node:stream';
import { crc32, createDeflateRaw, createGzip } from 'node:zlib';
import { DeliveryError } from '../transforms/errors.ts';
import type { OutgoingFile } from './sink.ts';

export type Compression = 'gzip' | 'zip';

/** The same file compressed while it is read. Equal content gives equal bytes: no time is stored. */
export function compressedFile(compression: Compression, file: OutgoingFile): OutgoingFile {
  const isZip = compression === 'zip';
  return {
    name: `${file.name}.${isZip ? 'zip' : 'gz'}`,
    mediaType: isZip ? 'application/zip' : 'application/gzip',
    bytes: undefined,
    open: () => (isZip ? Source.from(zip(file)) : piped(file.open(), createGzip())),
  };
}

function piped<T extends NodeJS.ReadWriteStream>(source: Readable, through: T): T & Readable {
  pipeline(source, through, () => {});
  return through as T & Readable;
}

/** Largest size that a zip archive without the zip64 extension can hold. */
const MAX_BYTES = 0xffff_ffff;

/** 1 January 1980 00:00, the earliest time of a zip archive (APPNOTE.TXT, 4.4.6). */
const NO_TIME = 0x0021_0000;

/** A zip archive with one file; its sizes follow the data, so it is written as a stream. */
async function* zip(file: OutgoingFile): AsyncGenerator<Buffer> {
  const name = Buffer.from(file.name);
  // Bit 3: sizes follow the data; bit 11: the name is UTF-8.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x0808, 2);
  common.writeUInt16LE(8, 4);
  common.writeUInt32LE(NO_TIME, 6);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name]);
  yield local;
  let crc = 0;
  let size = 0;
  let packed = 0;
  const counted = async function* () {
    for await (const chunk of file.open() as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  };
  for await (const chunk of piped(Source.from(counted()), createDeflateRaw())) {
    packed += (chunk as Buffer).length;
    yield chunk as Buffer;
  }
  if (Math.max(size, packed) > MAX_BYTES - 1000) throw tooLarge(file.name);
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc, 0);
  sizes.writeUInt32LE(packed, 4);
  sizes.writeUInt32LE(size, 8);
  yield Buffer.concat([Buffer.from('PK\x07\x08'), sizes]);
  sizes.copy(common, 10);
  const entry = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    Buffer.from([20, 0]),
    common,
    Buffer.alloc(14),
    name,
  ]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(local.length + packed + 16, 16);
  yield Buffer.concat([entry, end]);
}

function tooLarge(name: string): DeliveryError {
  return new DeliveryError('ZIP_TOO_LARGE', {
    problem: `"${name}" is too large for a zip archive`,
    expected: 'less than 4 GB',
    next: 'Set compress: gzip for that destination, which has no such limit.',
  });
}
