/** The section `streams`: which parts of the account are pulled beside, or not with, the usual ones. */
import { z } from 'zod';
import { catalogue } from '../../sources/heartland/catalogue.ts';
import type { ChildStream, Stream } from '../../sources/heartland/stream.ts';
import { yesNo } from './value.ts';

/** Others are sliced by it. */
const ALWAYS = 'locations';

/** Lines always come with their document; personal data has a section of its own. */
const switchable = catalogue
  .flatMap((stream): readonly (Stream | ChildStream)[] => [
    stream,
    ...(stream.children ?? []).filter(child => child.path !== 'lines'),
  ])
  .filter(({ name, personal }) => name !== ALWAYS && personal === undefined);

const PERSONAL = 'false, or left out: personal data is turned on under personal_data';
const personal = catalogue
  .flatMap(stream => [stream, ...(stream.children ?? [])])
  .filter(stream => stream.personal !== undefined);

export const streams = z.strictObject({
  ...Object.fromEntries(
    switchable.map(({ name, about, onDemand }) => [
      name,
      yesNo().optional().describe(`${about}. Default ${!onDemand}.`),
    ]),
  ),
  ...Object.fromEntries(
    personal.map(({ name, about }) => [
      name,
      z.literal(false, PERSONAL).optional().describe(about),
    ]),
  ),
});

export type StreamsConfiguration = z.infer<typeof streams>;
