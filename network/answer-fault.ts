/** An answer that was given up: too slow, too large, or in an encoding that cannot be read. Its message says which. */
export class AnswerFault extends Error {
  /** Whether asking again may bring a better one. */
  readonly mayPass: boolean;

  constructor(message: string, { mayPass, cause }: { mayPass: boolean; cause?: unknown }) {
    super(message, { cause });
    this.name = 'AnswerFault';
    this.mayPass = mayPass;
  }
}

/** The fault of an answer that was not whole in time. */
export function tooSlow(wholeMs: number): AnswerFault {
  return new AnswerFault(`the answer was not whole after ${wholeMs / 1000} s`, { mayPass: true });
}

/** The fault of an answer that is larger than any that is meant. */
export function tooLarge(mostBytes: number, how = ''): AnswerFault {
  const megabytes = Math.max(1, Math.round(mostBytes / 2 ** 20));
  return new AnswerFault(`the answer has more than ${megabytes} MB${how}`, { mayPass: false });
}
