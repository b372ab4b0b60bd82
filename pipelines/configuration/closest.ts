/** The word that was most likely meant. */
import { distance } from 'fastest-levenshtein';

/** The known word that was most likely meant, if any is close. */
export function closestTo(word: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const [best] = known
    .map(name => ({ name, far: distance(plain(word), plain(name)) }))
    .toSorted((a, b) => a.far - b.far);
  if (best === undefined) return undefined;
  return best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.name : undefined;
}
