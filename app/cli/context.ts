/** What the command line gives to a command: its streams, its environment, and the way to stop it. */
export interface Context {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Options that every command takes, before or after its name. */
export interface GlobalOptions {
  readonly config: string;
  readonly json?: boolean;
  /** Says nothing when all is well, as cron's mail wants it. */
  readonly quiet?: boolean;
  /** Says all there is to say, where nobody looks at a terminal. */
  readonly verbose?: boolean;
}
