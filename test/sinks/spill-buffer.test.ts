import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpillBuffer } from '../../sinks/spill-buffer.ts';

test('pages that are held come back as they were, in memory or on disk, and again after a new start', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(sizes, { minLength: 1, maxLength: 3 }), starts => {
      const held = new SpillBuffer();
      try {
        for (const start of starts) {
          held.clear();
          const pages = start.map((size, n) => Buffer.alloc(size, `${n}-${size};`));
          for (const page of pages) held.add(page);
          const taken = [...held.take().map(page => Buffer.from(page))];
          expect(taken.map(page => page.length)).toEqual(start);
          taken.forEach((page, n) => {
            expect(page.equals(pages[n]!)).toBe(true);
          });
          expect([...held.take()]).toEqual([]);
        }
      } finally {
        held.close();
      }
    }),
    { numRuns: 40 },
  );
});

test('a disk that does not take them is named, with what to do', () => {
  const folder = process.env.TMPDIR;
  process.env.TMPDIR = '/proc/nowhere';
  const held = new SpillBuffer();
  try {
    held.add(Buffer.alloc(200_000));
    expect(() => held.add(Buffer.alloc(200_000))).toThrow(
      /"rows that were read" could not be written in the folder \/proc\/nowhere \(named by TMPDIR\).*choose another/s,
    );
  } finally {
    if (folder === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = folder;
    held.close();
  }
});
