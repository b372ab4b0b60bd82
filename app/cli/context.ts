/** What a command gets: its streams, its environment, and the signal that stops it. */
export interface Context {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Options of every command, before or after its name. */
export interface GlobalOptions {
  readonly config: string;
  readonly json?: boolean;
  /** Prints nothing on success, for cron. */
  readonly quiet?: boolean;
  /** Logs everything if stderr is not a terminal. */
  readonly verbose?: boolean;
}
