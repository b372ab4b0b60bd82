/** Completes eleven digits to a UPC-A with its check digit. */
export function upcOf(elevenDigits: string): string {
  let sum = 0;
  for (let i = 0; i < 11; i++) sum += Number(elevenDigits[i]) * (i % 2 === 0 ? 3 : 1);
  return `${elevenDigits}${(10 - (sum % 10)) % 10}`;
}

/** A UPC for the nth item: always another one, never with a leading zero or a 2 (which marks in-house codes). */
export function nthUpc(n: number): string {
  return upcOf(`7${String((n * 7_368_787 + 2_760_225_917) % 10_000_000_000).padStart(10, '0')}`);
}
