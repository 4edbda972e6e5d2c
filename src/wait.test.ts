import { expect } from 'chai';
import { execa } from 'execa';
import { describe, it } from 'mocha';
import { SetupError } from './errors.ts';
import { cameTrue, until, within } from './wait.ts';

describe('waiting', () => {
  it('ends with the first answer', async () => {
    let asked = 0;
    const answer = await until(async () => (++asked === 3 ? 'there' : undefined), {
      withinMs: 5_000,
      everyMs: 1,
      what: 'it',
    });
    expect([answer, asked]).to.deep.equal(['there', 3]);
  });

  it('without success names what, how long, and why', async () => {
    const never = until(async () => undefined, {
      withinMs: 10,
      everyMs: 1,
      what: 'a primary',
      why: () => 'no answer',
    });
    const error = await never.catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(SetupError);
    expect(String(error)).to.include('waited 0.01 s for a primary, without success: no answer');
  });

  it('reports at once what it waits for, and again at intervals', async () => {
    const lines: string[] = [];
    let asked = 0;
    await until(
      async () => (++asked === 60 ? 'there' : undefined),
      {
        withinMs: 5_000,
        everyMs: 2,
        what: 'a primary',
        why: () => `answer ${asked}`,
        progress: (line) => lines.push(line),
      },
      40,
    );
    expect(lines[0]).to.equal('waiting up to 5 s for a primary: answer 1');
    expect(lines.slice(1)).to.not.be.empty;
    for (const line of lines.slice(1)) expect(line).to.match(/^waited \d+ of 5 s for a primary: answer \d+$/);
    // A line every 40 ms, not one for each of the 60 questions.
    expect(lines).to.have.lengthOf.below(40);
  });

  it('reports nothing where the first look succeeds', async () => {
    const lines: string[] = [];
    await until(async () => 1, { withinMs: 10, what: 'it', progress: (line) => lines.push(line) });
    expect(lines).to.deep.equal([]);
  });

  it('for something to be true says whether it came', async () => {
    let asked = 0;
    expect(await cameTrue(async () => ++asked === 3, { withinMs: 5_000, everyMs: 1 })).to.equal(true);
    expect(await cameTrue(async () => false, { withinMs: 10, everyMs: 1 })).to.equal(false);
    const aborted = cameTrue(async () => false, { withinMs: 5_000, signal: AbortSignal.abort(new Error('stopped')) });
    expect(String(await aborted.catch((reason: Error) => reason))).to.contain('stopped');
  });

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    const waiting = until(async () => undefined, {
      withinMs: 60_000,
      everyMs: 10_000,
      what: 'it',
      signal: controller.signal,
    });
    controller.abort(new Error('stopped'));
    const error = await waiting.catch((reason: Error) => reason);
    expect(String(error)).to.include('stopped');
  });
});

describe('an attempt in a time', () => {
  it('gives what it gives, or undefined where it does not end, and fails as it fails', async () => {
    expect(await within(Promise.resolve(7), 1_000)).to.equal(7);
    expect(await within(new Promise(() => {}), 5)).to.equal(undefined);
    expect(await within(Promise.reject(new Error('no')), 1_000).catch((error: Error) => error.message)).to.equal('no');
  });

  it('keeps the process alive, where nothing else does', async () => {
    const program = `const { within } = await import('${new URL('./wait.ts', import.meta.url)}');
      console.log(await within(new Promise(() => {}), 50) ?? 'not in time')`;
    expect((await execa('node', ['--input-type=module', '-e', program])).stdout).to.equal('not in time');
  });
});
