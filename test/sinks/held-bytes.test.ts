import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HeldBytes } from '../../sinks/held-bytes.ts';

async function allOf(held: HeldBytes): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(held.take()));
}

test('what is held comes back as it was, in memory or on disk, and again after a new start', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.integer({ min: 1, max: 300_000 }), { maxLength: 6 }), {
        minLength: 1,
        maxLength: 3,
      }),
      async starts => {
        const held = new HeldBytes();
        try {
          for (const sizes of starts) {
            held.clear();
            const pieces = sizes.map((size, n) => Buffer.alloc(size, `${n}-${size};`));
            for (const piece of pieces) await held.add(piece);
            expect(Buffer.compare(await allOf(held), Buffer.concat(pieces))).toBe(0);
            expect((await allOf(held)).length).toBe(0);
          }
        } finally {
          await held.close();
        }
      },
    ),
    { numRuns: 40 },
  );
});
