/**
 * Masking: by value, in every form in which a secret travels, and by pattern, for secrets that nobody told us.
 */

/** What stands where a secret stood. */
const MASK = '********';

/** `…keyword [type] value` as IOS prints and takes it; group 1 stays, the value goes. */
const patterns: readonly RegExp[] = [
  /(\bpre-shared-key(?: (?:local|remote))?(?: hex)?(?: [06](?= ))?[ \t]+)(?!local\b|remote\b|hex\b)[^\s]+/gi,
  /(\bpre-share key(?: [06](?= ))?[ \t]+)[^\s]+/gi,
  /(\bkey-string(?: [067](?= ))?[ \t]+)[^\s]+/gi,
  /(\bppk manual \S+ \S+ key(?: [06](?= ))?[ \t]+)[^\s]+/gi,
  /(\bneighbor \S+ password(?: \d(?= ))?[ \t]+)[^\s]+/gi,
  /(\bcrypto isakmp key(?: [06](?= ))?[ \t]+)[^\s]+/gi,
  /(\bsnmp-server community[ \t]+)[^\s]+/gi,
  /(\b(?:tacacs|radius)-server key(?: [067](?= ))?[ \t]+)[^\s]+/gi,
  /(^|\n)([ \t]*key [067] )[^\s]+/gi,
  /(\b(?:password|secret)(?: [0-9](?= ))?[ \t]+)(?!encryption\b)[^\s]+/gi,
];

/** The shortest value that is masked by value: a shorter one would blacken ordinary text. */
const shortestValue = 4;

function encodings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  const forms = [
    secret,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(secret),
    encodeURI(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    base64,
    base64.replace(/=+$/, ''),
    Buffer.from(secret, 'utf8').toString('base64url'),
    Buffer.from(secret, 'utf8').toString('hex'),
  ];
  return forms.filter((form) => form.length >= shortestValue);
}

/** All forms of the secrets, longest first, so that no form is broken by masking a part of it. */
function formsOf(secrets: readonly string[]): readonly string[] {
  const parts = secrets.flatMap((secret) => [secret, ...secret.split(/\r?\n/).filter((line) => line.length > 20)]);
  return [...new Set(parts.flatMap(encodings))].toSorted((a, b) => b.length - a.length);
}

/**
 * Returns a function that masks these secrets by value and any secret by pattern. Give it whole texts: a secret that
 * spans two packets is found only in the joined text.
 */
export function masker(secrets: readonly string[]): (text: string) => string {
  const forms = formsOf(secrets.filter((secret) => secret !== ''));
  return (text) => maskPatterns(forms.reduce((masked, form) => masked.replaceAll(form, MASK), text));
}

/** Masks what looks like a secret in IOS configuration text, without knowing any value. */
export function maskPatterns(text: string): string {
  return patterns.reduce(
    (masked, pattern) =>
      masked.replace(
        pattern,
        (_all, first: string, second: unknown) => `${first}${typeof second === 'string' ? second : ''}${MASK}`,
      ),
    text,
  );
}
