import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import { SetupError } from '../errors.ts';
import { contain, importContained } from './user-code.ts';

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error('nothing failed'),
    (error) => error,
  );

describe('code of a scenario', () => {
  it('gives its result where it behaves, and leaves the process as it was', async () => {
    const { exit } = process;
    const listeners = () => [process.listenerCount('uncaughtException'), process.listenerCount('unhandledRejection')];
    const before = listeners();
    expect(await contain(async () => 7)).to.equal(7);
    expect((await failure(contain(() => Promise.reject(new Error('its own'))))).message).to.equal('its own');
    expect(process.exit).to.equal(exit);
    expect(listeners()).to.deep.equal(before);
  });

  it('does not end the process by process.exit, also where it catches what that throws', async () => {
    const error = await failure(contain(async () => process.exit(0)));
    expect(error).to.be.instanceOf(SetupError);
    expect(error.message).to.contain('the scenario called process.exit(0)');
    const caught = contain(async (signal) => {
      try {
        process.exit();
      } catch {
        expect(signal.aborted).to.equal(true);
      }
    });
    expect((await failure(caught)).message).to.contain('the scenario called process.exit()');
  });

  it('is ended, all that runs at once, by an error that nobody handles', async () => {
    const events = ['unhandledRejection', 'uncaughtException'] as const;
    // Mocha minds such errors, too.
    const others = events.map((event) => process.rawListeners(event));
    for (const event of events) process.removeAllListeners(event);
    try {
      for (const event of events) {
        const until = (signal: AbortSignal) =>
          new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        const running = [failure(contain(until)), failure(contain(until))];
        process.emit(event as 'uncaughtException', new Error('a defect'));
        for (const { message } of await Promise.all(running))
          expect(message).to.equal(
            'an error was not handled, most likely in the scenario: a defect; await every promise',
          );
        expect(process.listenerCount(event)).to.equal(0);
      }
    } finally {
      for (const [i, event] of events.entries())
        for (const listener of others[i]!) process.on(event, listener as (error: unknown) => void);
    }
  });

  it('is ended also where it returns as if nothing had happened', async () => {
    const { exit } = process;
    const outer = contain(async () => {
      const inner = await failure(contain(async () => process.exit(1)));
      expect(process.exit, 'still contained').not.to.equal(exit);
      return inner;
    });
    expect((await failure(outer)).message).to.contain('process.exit(1)');
    expect(process.exit).to.equal(exit);
  });

  /** Runs a script in a process of its own: mocha minds unhandled errors, too. */
  const script = async (body: string) => {
    const text = `import { contain } from '${process.cwd()}/src/safety/user-code.ts';
      const work = (signal) => new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        ${body}
        setTimeout(() => {}, 10_000);
      });
      console.log(await contain(work).catch((error) => error.message));
      process.exit(5);`;
    return execa(process.execPath, ['--input-type=module-typescript', '-e', text], { reject: false });
  };

  it('ends only itself by an error in a callback, or in a promise that nobody awaits', async () => {
    for (const body of [
      `setTimeout(() => { throw new Error('a defect'); }, 1);`,
      `Promise.reject(new Error('a defect'));`,
      `setTimeout(() => process.exit(0), 1);`,
    ]) {
      const { exitCode, stdout } = await script(body);
      expect(stdout).to.match(/most likely in the scenario: a defect|called process.exit\(0\)/);
      expect(exitCode).to.equal(5);
    }
  }).timeout(20_000);

  describe('that is imported', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pgdrill-import-'));
    });
    afterEach(() => rm(folder, { recursive: true }));
    const module = async (body: string) => {
      const path = join(folder, 'module.mjs');
      await writeFile(path, body);
      return pathToFileURL(path).href;
    };

    it('gives what it exports, or its own error', async () => {
      expect(await importContained(await module('export default 7;'))).to.have.property('default', 7);
      const broken = join(folder, 'broken.mjs');
      await writeFile(broken, 'throw new Error("a defect")');
      expect((await failure(importContained(pathToFileURL(broken).href))).message).to.equal('a defect');
    });

    it('does not end the process, and does not keep it waiting for ever', async () => {
      const exits = await failure(importContained(await module('process.exit(0);')));
      expect(exits.message).to.contain('called process.exit(0)');
      const waits = join(folder, 'waits.mjs');
      await writeFile(waits, 'await new Promise(() => {});');
      const error = await failure(importContained(pathToFileURL(waits).href, 50));
      expect(error).to.be.instanceOf(SetupError);
      expect(error.message).to.contain('has not loaded within 0.05 s');
    });
  });
});
