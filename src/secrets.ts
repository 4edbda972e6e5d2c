/**
 * Takes secrets out of errors, which journals keep, and of the log. Pure, apart from the list of secrets that are known by
 * value.
 */

const mask = '[redacted]';
/** Shorter texts would blank ordinary words. */
const shortest = 6;
const known = new Set<string>();

/** From now on these texts appear in no log and in no error: passwords that a stack made or was given. */
export function hideSecrets(secrets: Iterable<string>): void {
  for (const secret of secrets) if (secret.length >= shortest) known.add(secret);
}

// Where in doubt, more is taken out than needed. Lengths are bounded where a pattern may begin often: a search then takes
// time in proportion to the text, however long its words are.
const words =
  'password|passwd|passphrase|pgpass|secret|token|credential|apikey|api[_-]key|access[_-]?key(?:[_-]?id)?|authorization';
/** `password` and the like as a key of JSON, of YAML, of a connection string, of an option or of an environment variable. */
const keyed = new RegExp(
  String.raw`((?:${words})[\w-]{0,60}["'\\]*\s*[:=]\s*)(\\+"[^"\\]*\\+"|"(?:[^"\\]|\\.)*"|"[^"]*"|'(?:[^'\\]|\\.|'')*'|'[^']*'|(?:Basic|Bearer) \S+|[^\s;&,]+)`,
  'gi',
);
/** `--password hunter2`, as two words of a command line. */
const option = /(--[\w-]{0,40}?(?:pass(?:word)?|secret|token|access-key)[\w-]*\s+)(\S+)/gi;
const scheme = String.raw`[a-z][a-z0-9+.-]{0,30}:\/\/`;
/** `postgresql://user:password@host`, also where the password holds `/`, `@` or quotation marks that should be encoded. */
const passwordInUrl = new RegExp(String.raw`(${scheme}[^\s:@/]{0,200}:)\S{1,1000}@`, 'gi');
/** `https://token@host`. */
const userInUrl = new RegExp(String.raw`(${scheme})[^\s/@:"']{1,1000}@`, 'gi');
const basic = /\b(Basic\s+)[A-Za-z0-9+/_=.~-]{6,}/g;
const bearer = /\b(bearer\s+)\S+/gi;
const sql = /(\bpassword\s+)('(?:[^']|'')*')/gi;
const pem = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;

/** The text with every secret in it replaced by `[redacted]`. */
export function redact(text: string): string {
  let shown = text;
  for (const secret of known) shown = shown.replaceAll(secret, mask);
  return shown
    .replace(pem, mask)
    .replace(passwordInUrl, `$1${mask}@`)
    .replace(userInUrl, `$1${mask}@`)
    .replace(keyed, `$1${mask}`)
    .replace(option, `$1${mask}`)
    .replace(basic, `$1${mask}`)
    .replace(bearer, `$1${mask}`)
    .replace(sql, `$1${mask}`);
}

const secretKey = /pass(word|wd|phrase)?$|secret|token|credential|authorization|access_?key/i;

/** The same for everything inside a value. A field with the name of a secret loses its whole value. */
export function redactAll(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (value instanceof Error) return redact(value.message);
  if (Array.isArray(value)) return redactWords(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? String(value) : value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, secretKey.test(key) ? mask : redactAll(inner)]),
  );
}

/** In a command line a word may name the secret that the next one is. */
function redactWords(words: readonly unknown[]): unknown[] {
  return words.map((word, i) => {
    const before = words[i - 1];
    if (typeof before === 'string' && /^--?[\w-]+$/.test(before) && secretKey.test(before)) return mask;
    return redactAll(word);
  });
}
