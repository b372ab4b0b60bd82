/** Asks questions on a terminal; on stderr, because stdout is for the command's result. */
import { confirm, input, password, select } from '@inquirer/prompts';
import { interrupted } from '../../transforms/interruption.ts';
import type { Context } from './context.ts';

interface Choice {
  readonly value: string;
  readonly name: string;
}

export interface Ask {
  text(
    question: string,
    check: (answer: string) => string | undefined,
    usual?: string,
  ): Promise<string>;
  choice(question: string, choices: readonly Choice[], usual?: string): Promise<string>;
  yes(question: string, usual: boolean): Promise<boolean>;
  /** Does not show what is typed. */
  secret(question: string): Promise<string>;
}

/** Asks on the terminal; undefined if there is none. */
export function askOnTerminal({ stderr, signal }: Context): Ask | undefined {
  if (!process.stdin.isTTY || !stderr.isTTY) return undefined;
  const context = { output: stderr, signal };
  const stoppable = async <T>(question: Promise<T>): Promise<T> => {
    try {
      return await question;
    } catch (error) {
      if (/^(ExitPrompt|AbortPrompt|Abort)Error$/.test((error as Error).name))
        throw interrupted('The set-up', 'Nothing was written');
      throw error;
    }
  };
  return {
    text: (message, check, usual) =>
      stoppable(
        input(
          {
            message,
            ...(usual !== undefined && { default: usual }),
            validate: answer => check(answer.trim()) ?? true,
          },
          context,
        ).then(answer => answer.trim()),
      ),
    choice: (message, choices, usual) =>
      stoppable(
        select(
          { message, choices: [...choices], ...(usual !== undefined && { default: usual }) },
          context,
        ),
      ),
    yes: (message, usual) => stoppable(confirm({ message, default: usual }, context)),
    secret: message => stoppable(password({ message, mask: true }, context)),
  };
}
