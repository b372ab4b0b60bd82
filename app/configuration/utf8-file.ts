import { decodeUtf8 } from '../../transforms/utf8.ts';

/** The text of a file, or what to say where its bytes are no UTF-8 text, and in which line. */
export type FileText =
  | { readonly text: string }
  | { readonly says: string; readonly line: number | undefined };

/** Reads the bytes of a file as UTF-8. Notepad and PowerShell save UTF-16 when they are not told otherwise. */
export function utf8Text(bytes: Uint8Array): FileText {
  if (isUtf16(bytes)) return { says: 'is UTF-16: save it as UTF-8.', line: undefined };
  const text = decodeUtf8(bytes);
  const broken = text.search(NOT_UTF8);
  if (broken === -1) return { text };
  const line = text.slice(0, broken).split('\n').length;
  return { says: 'has a character that is not UTF-8: save the file as UTF-8.', line };
}

/** What `decodeUtf8` makes of a byte that is none; valid text holds no half of a pair. */
const NOT_UTF8 = /[\uDC80-\uDCFF]/u;

/** By its mark, or because each of its first characters, which are plain, has an empty byte beside it. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return (first === 0 && third === 0) || (second === 0 && fourth === 0);
}
