/** `write memory`: only `[OK]` says that it is saved. */

export interface Save {
  readonly saved: boolean;
  /** The router asked whether the NVRAM of another release, or the file, may be overwritten. */
  readonly confirmAsked: boolean;
  /** Where nothing was saved: somebody else writes at the moment. */
  readonly retryable?: boolean;
}

const busy =
  /device or resource busy|try again|in progress|being written|being saved|(?:is|are|config(?:uration)?) locked|locked by/i;

export function parseSave(output: string): Save {
  const saved = output.includes('[OK]');
  const confirmAsked = /\[confirm\]|over ?write[^\n]*(?:\[(?:yes\/no|yes|no)\]|\(y\/n\))/i.test(output);
  return saved ? { saved, confirmAsked } : { saved, confirmAsked, retryable: busy.test(output) };
}
