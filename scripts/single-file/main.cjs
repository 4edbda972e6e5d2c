// What the single executable file runs: puts the program that it carries into the user's cache, once, and starts it there.
// The program starts other programs as `node <file> …`; the node that it has is this file, so such a call starts <file>.
const { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { homedir, tmpdir } = require('node:os');
const { basename, dirname, join } = require('node:path');
const { getAsset } = require('node:sea');
const { pathToFileURL } = require('node:url');
const { zstdDecompressSync } = require('node:zlib');

const name = `pgdrill-${getAsset('key', 'utf8')}`;
const folder = placed();
const [, , first, ...rest] = process.argv;
const called = first?.startsWith(`${folder}/`) && existsSync(first);
const entry = called ? first : join(folder, 'dist/src/cli/main.js');
process.argv = [process.execPath, entry, ...(called ? rest : process.argv.slice(2))];
// As it was called: krew and users put links beside it.
process.env.PGDRILL_COMMAND ??= basename(process.argv0).replace(/^kubectl-/, 'kubectl ');
// import() of this file finds built-in modules only; that of a file on disk finds files.
createRequire(entry)(join(folder, 'scripts/single-file/enter.cjs'))(pathToFileURL(entry).href);

/** @returns {string} the folder with the program, whole: it appears by one rename */
function placed() {
  const parents = [process.env.PGDRILL_CACHE || join(homedir(), '.cache', 'pgdrill'), tmpdir()];
  for (const parent of parents) if (existsSync(join(parent, name))) return join(parent, name);
  for (const parent of parents) {
    try {
      mkdirSync(parent, { recursive: true, mode: 0o700 });
      return unpack(parent);
    } catch (error) {
      if (!['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'ENOENT'].includes(error.code)) throw error;
    }
  }
  console.error(
    `pgdrill: it unpacks itself once, but neither ${parents.join(' nor ')} can be written to: set PGDRILL_CACHE`,
  );
  process.exit(2);
}

function unpack(parent) {
  const whole = Buffer.from(zstdDecompressSync(Buffer.from(getAsset('program'))));
  const headEnd = whole.indexOf(0);
  const files = JSON.parse(whole.subarray(0, headEnd).toString());
  const unfinished = mkdtempSync(join(parent, `${name}.unfinished-`));
  let at = headEnd + 1;
  const made = new Set();
  for (const [path, length] of files) {
    const target = join(unfinished, path);
    if (!made.has(dirname(target))) mkdirSync(dirname(target), { recursive: true });
    made.add(dirname(target));
    writeFileSync(target, whole.subarray(at, at + length));
    at += length;
  }
  try {
    renameSync(unfinished, join(parent, name));
  } catch (error) {
    // Another process was quicker.
    if (!existsSync(join(parent, name))) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return join(parent, name);
}
