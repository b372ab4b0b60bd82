import { decodeUtf8 } from '../../transforms/utf8.ts';

/** The text of a file, or why its bytes are not UTF-8, and in which line. */
export type FileText =
  | { readonly text: string }
  | { readonly says: string; readonly line: number | undefined };

/** Decodes a file as UTF-8. PowerShell, for instance, saves UTF-16 by default. */
export function utf8Text(bytes: Uint8Array): FileText {
  if (isUtf16(bytes)) return { says: 'is UTF-16. Save it as UTF-8.', line: undefined };
  const text = decodeUtf8(bytes);
  const broken = text.search(NOT_UTF8);
  if (broken === -1) return { text };
  const line = text.slice(0, broken).split('\n').length;
  return { says: 'contains a byte that is not UTF-8. Save the file as UTF-8.', line };
}

/** How `decodeUtf8` shows an invalid byte; valid text has no lone surrogate. */
const NOT_UTF8 = /[\uDC80-\uDCFF]/u;

/** By its byte order mark, or by the zero bytes beside its first ASCII characters. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0 && third === 0) || (second === 0 && fourth === 0);
}
