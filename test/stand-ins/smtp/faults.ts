/** Faults of the stand-in SMTP server; each can be changed while it runs. */
export interface SmtpFaults {
  /** Refuses every log-in with 535, and repeats the password in it with `echoPassword`. */
  refuseLogin: boolean;
  echoPassword: boolean;
  /** Recipients refused with 550. */
  refuseRecipients: readonly string[];
  /** Recipients refused temporarily, with 450. */
  deferRecipients: readonly string[];
  /** How many messages are still refused with 451 before one is accepted. */
  refuseForNow: number;
  /** Refuses every message with 554 after its data. */
  refuseMessage: boolean;
  /** Stops answering: before the greeting, at the recipients, or after the data. */
  stallAt: 'greeting' | 'recipients' | 'data' | undefined;
  /** Cuts the connection: in the middle of the data, or between its end and the answer. */
  dropAt: 'during data' | 'after data' | undefined;
}

/** A server without faults. */
export function noFaults(): SmtpFaults {
  return {
    refuseLogin: false,
    echoPassword: false,
    refuseRecipients: [],
    deferRecipients: [],
    refuseForNow: 0,
    refuseMessage: false,
    stallAt: undefined,
    dropAt: undefined,
  };
}
