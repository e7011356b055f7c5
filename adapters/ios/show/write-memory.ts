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
  const busy = !saved && /device or resource busy|try again|in progress|being written|is locked/i.test(output);
  return { saved, confirmAsked: /\[confirm\]/i.test(output), ...(busy ? { retryable: true } : {}) };
}
