/**
 * Masking: by value, in every form in which a secret travels, and by pattern, for secrets that nobody told us.
 */

/** What stands where a secret stood. */
export const MASK = '********';

/** An encryption type before a value: 0 is none, 5 to 9 are hashes and ciphers, of which 7 is none in truth. */
const type = String.raw`(?: [0-9](?= ))?`;

/**
 * Keywords behind which IOS prints and takes a secret, with what may stand between; the value that follows goes. A line
 * may stand behind its section, as in messages: `tacacs server A / key x`.
 */
const keywords: readonly string[] = [
  String.raw`\bpre-shared-key (?:address|hostname) \S+(?: [\d.]+)? key${type}`,
  String.raw`\bpre-shared-key(?: (?:local|remote))?(?: hex)?${type}(?= +(?!(?:local|remote|hex|address|hostname)(?:\s|$)))`,
  String.raw`\bpre-share key${type}`,
  String.raw`\bkey-string${type}`,
  String.raw`\bppk manual \S+ \S+ key${type}`,
  String.raw`\bneighbor \S+ password${type}`,
  String.raw`\bcrypto isakmp key${type}`,
  String.raw`\bsnmp-server community`,
  String.raw`\bsnmp-server host .*?(?:version (?:1|2c)|traps|informs)(?: version (?:1|2c))?`,
  String.raw`\bsnmp-server user .*? auth (?:md5|sha(?:-2)?(?: \d{3})?)`,
  String.raw`\bpriv (?:des|3des|aes(?: \d{3})?)`,
  String.raw`\b(?:tacacs|radius)-server (?:host .*? )?key${type}`,
  String.raw`\bserver-private .*? ?key${type}`,
  String.raw`\b(?:authentication-key|message-digest-key) \d+ (?:md5|sha\d?|hmac-\S+|cmac-\S+)${type}`,
  String.raw`\bauthentication-key${type}(?= +(?!\d+ ))`,
  String.raw`\b(?:wpa-psk|psk set-key) (?:ascii|hex)${type}`,
  String.raw`(?:^|\n|/)[ \t]+key [0-9]`,
  String.raw`(?:^|\n|/)[ \t]+key(?= +(?!\d+(?:\s|$)|chain\b|config-key\b))`,
  String.raw`\b(?:password|secret)(?: level \d+)?${type}(?= +(?!encryption\b|level \d))`,
];

const patterns = keywords.map((keyword) => new RegExp(`(${keyword}[ \\t]+)[^\\s]+`, 'gi'));

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
    (masked, pattern) => masked.replace(pattern, (_all, before: string) => `${before}${MASK}`),
    text,
  );
}
