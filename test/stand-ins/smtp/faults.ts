/** What the stand-in SMTP server does wrong, each switched on and off while it runs. */
export interface SmtpFaults {
  /** Refuses every log-in with 535, and says the password in it when `echoPassword`. */
  refuseLogin: boolean;
  echoPassword: boolean;
  /** Recipients refused with 550. */
  refuseRecipients: readonly string[];
  /** Recipients refused for now, with 450. */
  deferRecipients: readonly string[];
  /** How many messages are still refused with 451 before one is taken. */
  refuseForNow: number;
  /** Refuses every message with 554 after its data. */
  refuseMessage: boolean;
  /** Says nothing: not even a greeting, nothing to the recipients, or nothing after the data. */
  stallAt: 'greeting' | 'recipients' | 'data' | undefined;
  /** Cuts the connection: in the middle of the data, or after all of it and before the answer. */
  dropAt: 'during data' | 'after data' | undefined;
}

/** Nothing goes wrong. */
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
