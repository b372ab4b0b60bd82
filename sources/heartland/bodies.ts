/** More than any page has: a bound for a server that never ends its answer. */
const MOST_BYTES = 256 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/**
 * Collects the bodies of answers in buffers that are used again. A page is some hundred kilobytes; made anew for each,
 * they waited for the garbage collector in their dozens.
 */
export class Bodies {
  readonly #free: Buffer[] = [];

  /**
   * Reads a body to its end.
   *
   * @param use takes the bytes, which are others when it has returned
   * @throws Error when the body breaks off, or has no end
   */
  async read(body: AsyncIterable<Buffer>, use: (bytes: Buffer) => void): Promise<void> {
    let buffer = this.#free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    let length = 0;
    try {
      for await (const chunk of body) {
        if (length + chunk.length > MOST_BYTES)
          throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
        if (length + chunk.length > buffer.length) {
          const larger = Buffer.allocUnsafeSlow(2 * (length + chunk.length));
          buffer.copy(larger, 0, 0, length);
          buffer = larger;
        }
        chunk.copy(buffer, length);
        length += chunk.length;
      }
      use(buffer.subarray(0, length));
    } finally {
      this.#free.push(buffer);
    }
  }
}
