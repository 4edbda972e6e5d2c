/** Takes secrets out of what the log shows. Pure, apart from the list of secrets that are known by value. */

const mask = '[redacted]';
/** Shorter texts would blank ordinary words. */
const shortest = 6;
const known = new Set<string>();

/** From now on these texts appear in no log: passwords that a stack made or was given. */
export function hideSecrets(secrets: Iterable<string>): void {
  for (const secret of secrets) if (secret.length >= shortest) known.add(secret);
}

/** `word` as a key of JSON, of YAML, of a connection string, of an option or of an environment variable. */
const keyed =
  /((?:[\w-]*(?:password|passwd|passphrase|pgpass|secret|token|credential|apikey|api[_-]key|access[_-]?key(?:[_-]?id)?|authorization)[\w-]*)["'\\]*\s*[:=]\s*)(\\+"[^"\\]*\\+"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:Basic|Bearer) [^\s"',}]+|[^\s"',;&}]+)/gi;
/** `--password hunter2`, as two words of a command line. */
const option = /(--(?:[\w-]*(?:pass(?:word)?|secret|token|access-key)[\w-]*)\s+)(\S+)/gi;
/** `postgresql://user:password@host`, `https://token@host`. */
const inUrl = /([a-z][a-z0-9+.-]*:\/\/)([^\s/@"']+)@/gi;
const header = /\b(Basic|Bearer)\s+[A-Za-z0-9+/_=.~-]{6,}/g;
const sql = /(\bpassword\s+)('(?:[^']|'')*')/gi;
const pem = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** The text with every secret in it replaced by `[redacted]`. */
export function redact(text: string): string {
  let shown = text;
  for (const secret of known) shown = shown.replaceAll(secret, mask);
  return shown
    .replace(pem, mask)
    .replace(
      inUrl,
      (_, scheme: string, user: string) => `${scheme}${user.includes(':') ? `${user.split(':')[0]}:` : ''}${mask}@`,
    )
    .replace(keyed, `$1${mask}`)
    .replace(option, `$1${mask}`)
    .replace(header, `$1 ${mask}`)
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
