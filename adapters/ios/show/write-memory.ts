/** `write memory`: only `[OK]` says that it is saved. */

export interface Save {
  readonly saved: boolean;
  /** The router asked whether the NVRAM of another release may be overwritten. */
  readonly confirmAsked: boolean;
  /** Somebody else writes at the moment. */
  readonly retryable?: boolean;
}

export function parseSave(output: string): Save {
  const saved = output.includes('[OK]');
  const busy = !saved && /startup-config file open failed|Device or resource busy/i.test(output);
  return { saved, confirmAsked: /\[confirm\]/i.test(output), ...(busy ? { retryable: true } : {}) };
}
