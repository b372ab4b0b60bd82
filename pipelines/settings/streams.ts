/** The section `streams`: streams that are pulled in addition to the default ones, or not pulled. */
import { z } from 'zod';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';
import type { PersonalDataConfiguration } from './personal-data.ts';
import { yesNo } from './value.ts';

/** Other streams are sliced by it. */
const ALWAYS = 'locations';

/** Lines always come with their document; personal data has its own section. */
const switchable = catalogue
  .flatMap((stream): readonly (Stream | ChildStream)[] => [
    stream,
    ...(stream.children ?? []).filter(child => child.path !== 'lines'),
  ])
  .filter(
    ({ name, personal, onDemand }) => name !== ALWAYS && (personal === undefined || onDemand),
  );

const PERSONAL = 'false or no value: personal data is turned on under personal_data';
const personal = catalogue
  .flatMap(stream => [stream, ...(stream.children ?? [])])
  .filter(stream => stream.personal !== undefined && !stream.onDemand);

export const streams = z.strictObject({
  ...Object.fromEntries(
    switchable.map(({ name, about, onDemand, personal }) => [
      name,
      yesNo()
        .optional()
        .describe(
          `${about}. Default ${!onDemand}.${personal === undefined ? '' : ` Needs personal_data.${personal} too.`}`,
        ),
    ]),
  ),
  ...Object.fromEntries(
    personal.map(({ name, about }) => [
      name,
      z.literal(false, PERSONAL).optional().describe(about),
    ]),
  ),
});

/** A stream that is personal data and on demand must be turned on in both sections. */
export function checkPersonalStreams(
  sections: {
    readonly streams: StreamsConfiguration;
    readonly personal_data: PersonalDataConfiguration;
  },
  context: z.core.$RefinementCtx,
): void {
  for (const { name, personal } of switchable) {
    if (personal === undefined || sections.streams[name] !== true) continue;
    if (sections.personal_data[personal] === false)
      context.addIssue({
        code: 'custom',
        path: ['streams', name],
        message: `false or no value, because personal_data.${personal} is not turned on`,
      });
  }
}

export type StreamsConfiguration = z.infer<typeof streams>;
