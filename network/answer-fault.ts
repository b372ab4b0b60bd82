/** A response that was rejected: too slow, too large, or in an unknown encoding. */
export class AnswerFault extends Error {
  /** Whether a retry may succeed. */
  readonly mayPass: boolean;

  constructor(message: string, { mayPass, cause }: { mayPass: boolean; cause?: unknown }) {
    super(message, { cause });
    this.name = 'AnswerFault';
    this.mayPass = mayPass;
  }
}

/** The fault of a response that was not complete in time. */
export function tooSlow(wholeMs: number): AnswerFault {
  return new AnswerFault(`the response was not complete after ${wholeMs / 1000} s`, {
    mayPass: true,
  });
}

/** The fault of a response that is larger than any valid one. */
export function tooLarge(mostBytes: number, how = ''): AnswerFault {
  const megabytes = Math.max(1, Math.round(mostBytes / 2 ** 20));
  return new AnswerFault(`the response has more than ${megabytes} MB${how}`, { mayPass: false });
}
