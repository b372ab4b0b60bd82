import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillBuffer } from '../../sinks/spill-buffer.ts';

test('buffered pages come back unchanged, from memory or disk, also after clear()', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 3 }), starts => {
      const buffer = new SpillBuffer();
      try {
        for (const start of starts) {
          buffer.clear();
          const pages = start.map((size, n) => Buffer.alloc(size, `${n}-${size};`));
          for (const page of pages) buffer.add(page);
          const taken = [...buffer.take().map(page => Buffer.from(page))];
          expect(taken.map(page => page.length)).toEqual(start);
          taken.forEach((page, n) => {
            expect(page.equals(pages[n]!)).toBe(true);
          });
          expect([...buffer.take()]).toEqual([]);
        }
      } finally {
        buffer.close();
      }
    }),
    { numRuns: 40 },
  );
});

test('a failed write to disk names the folder and the next step', () => {
  const folder = process.env.TMPDIR;
  process.env.TMPDIR = '/proc/nowhere';
  const buffer = new SpillBuffer();
  try {
    buffer.add(Buffer.alloc(200_000));
    expect(() => buffer.add(Buffer.alloc(200_000))).toThrow(
      /"rows that were read" could not be written in the folder \/proc\/nowhere \(named by TMPDIR\).*choose another/s,
    );
  } finally {
    if (folder === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = folder;
    buffer.close();
  }
});
