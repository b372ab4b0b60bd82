const whole = new TextDecoder('utf-8', { fatal: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads UTF-8; see {@link decodeBroken} for what becomes of bytes that are none. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return whole.decode(bytes);
  } catch {
    return decodeBroken(bytes);
  }
}

/**
 * Reads UTF-8 without failing and without hiding: a byte that is not UTF-8 becomes half of a surrogate pair, U+DC80 to
 * U+DCFF, which no valid text holds and no JSON parser minds. So whoever checks text finds exactly what was broken.
 *
 * It is for answers that a strict decoder has refused; they are rare, so this may be slow.
 */
function decodeBroken(bytes: Uint8Array): string {
  let text = '';
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length) {
    const run = asciiFrom(bytes, at);
    if (run > at) {
      text += strict.decode(bytes.subarray(at, run));
      at = run;
      continue;
    }
    const character = bytes.subarray(at, at + lengthOf(bytes[at]!));
    try {
      text += strict.decode(character);
      at += character.length;
    } catch {
      text += String.fromCharCode(0xdc00 + bytes[at]!);
      at += 1;
    }
  }
  return text;
}

/** Where the plain characters that begin at `at` end. */
function asciiFrom(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end]! < 0x80) end += 1;
  return end;
}

/** Bytes of the character that this one begins (RFC 3629, section 3). */
function lengthOf(first: number): number {
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
}
