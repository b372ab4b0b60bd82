/** How the figures of one month differ from another's, or from the previous delivery's. */
import { difference, hundredths } from './cents.ts';
import { type ClassFigures, FIGURES, type Figures, figureText } from './figures.ts';

/** The figures of a month, by location and in total. */
export interface Totals {
  readonly locations: readonly { readonly location: string; readonly figures: Figures }[];
  readonly file: Figures;
  readonly leftOut: Figures;
}

/** One figure that changed. */
export interface Change {
  /** Undefined for the total of all locations. */
  readonly location: string | undefined;
  /** Undefined where classes are summed. */
  readonly classCode: string | undefined;
  readonly figure: string;
  readonly before: string;
  readonly now: string;
  /** `now` less `before`. */
  readonly by: string;
}

interface Place {
  readonly location: string | undefined;
  readonly classCode: string | undefined;
  readonly figures: Figures;
}

/** Lists changed figures by location and in total; a location that is in one only counts as zero. */
export function changesOfTotals(before: Totals, now: Totals): readonly Change[] {
  const places = (totals: Totals): Place[] => [
    { location: undefined, classCode: undefined, figures: totals.file },
    ...totals.locations.map(place => ({ ...place, classCode: undefined })),
  ];
  return changesOf(places(before), places(now));
}

/** Lists changed figures by location and class. */
export function changesOfClasses(
  before: readonly ClassFigures[],
  now: readonly ClassFigures[],
): readonly Change[] {
  return changesOf(before, now);
}

function changesOf(before: readonly Place[], now: readonly Place[]): readonly Change[] {
  const key = ({ location, classCode }: Place) => JSON.stringify([location, classCode]);
  const earlier = new Map(before.map(place => [key(place), place]));
  const later = new Map(now.map(place => [key(place), place]));
  const all = [...later.values(), ...before.filter(place => !later.has(key(place)))];
  return all.flatMap(({ location, classCode, ...rest }) => {
    const id = key({ location, classCode, ...rest });
    return FIGURES.flatMap(figure => {
      const was = earlier.get(id)?.figures[figure] ?? '0';
      const is = later.get(id)?.figures[figure] ?? '0';
      const by = difference(is, was);
      if (hundredths(by) === 0n) return [];
      return [
        {
          location,
          classCode,
          figure,
          before: figureText(figure, was),
          now: figureText(figure, is),
          by: figureText(figure, by),
        },
      ];
    });
  });
}

/** Returns the change from `before` to `now` as `+12.3 %`; empty where `before` is zero. */
export function percent(before: string, now: string): string {
  const was = hundredths(before);
  if (was === 0n) return '';
  const by = (hundredths(now) - was) * 2000n;
  const size = was < 0n ? -was : was;
  // Tenths of a percent, rounded half away from zero.
  const tenths = (by + (by < 0n ? -size : size)) / (2n * size);
  const text = `${tenths < 0n ? -tenths / 10n : tenths / 10n}.${tenths < 0n ? -tenths % 10n : tenths % 10n}`;
  return `${tenths < 0n ? '-' : '+'}${text} %`;
}
