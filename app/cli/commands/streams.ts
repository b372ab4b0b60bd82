import { catalogue } from '../../../sources/heartland/streams/catalogue.ts';
import { EXIT } from '../../../transforms/errors.ts';
import type { CliCommand } from '../command.ts';
import { jsonLine } from '../output/json.ts';
import { table } from '../output/table.ts';

export const streamsCommand: CliCommand = {
  name: 'streams',
  about: 'List every stream that can be pulled, and the permissions it needs',
  run: async ({ stdout }, { json }) => {
    const streams = catalogue.map(({ name, about, path, key, walk, children = [], ...rest }) => ({
      stream: name,
      about,
      path,
      key,
      read:
        walk.kind === 'by_page'
          ? walk.slicedBy === 'nothing'
            ? 'whole'
            : `whole, by ${walk.slicedBy.replace('_', ' ')}`
          : walk.changedBy
            ? `what changed, by ${walk.changedBy}`
            : 'whole',
      children: children.map(child => child.name),
      pulled: rest.personal ? 'personal data' : rest.onDemand ? 'on demand' : 'always',
      permissions: rest.permissions,
    }));
    stdout.write(
      json
        ? jsonLine({ exit_code: EXIT.done, streams })
        : `${table(
            [
              { title: 'stream', wraps: true },
              { title: 'about', wraps: true },
              { title: 'read', wraps: true, mayBeHidden: true },
              { title: 'pulled' },
              { title: 'permissions', wraps: true },
            ],
            streams.map(s => [
              [s.stream, ...s.children].join(', '),
              s.about,
              s.read,
              s.pulled,
              s.permissions.join(', '),
            ]),
          )}\n`,
    );
    return EXIT.done;
  },
};
