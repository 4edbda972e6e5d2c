import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { guardScript, listenScript, nothingWord, switchScript, undoneWord } from './agent-scripts.ts';

describe('the scripts of a node agent', function () {
  this.timeout(30_000);
  let folder: string;
  let running: ChildProcess[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-agent-'));
    running = [];
  });
  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  /** The node is this machine, and its shell the agent's own. */
  const place = () => ({ folder, enter: 'sh' });
  const start = (script: string, ...args: string[]): ChildProcess => {
    const child = spawn('sh', ['-c', script, 'sh', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    running.push(child);
    return child;
  };
  const ended = (child: ChildProcess) => new Promise((resolve) => child.once('close', resolve));
  const healed = () => existsSync(join(folder, 'healed'));
  const guard = (undo = `touch ${folder}/healed`, ...args: string[]) =>
    ended(start(guardScript(place()), undo, ...args));

  it('undo nothing while they are heard of, and all once they are not', async () => {
    start(switchScript(place(), 1));
    const listening = start(listenScript(place()));
    await guard();
    for (let i = 0; i < 8; i++) {
      listening.stdin!.write('beat\n');
      await sleep(400);
    }
    expect(healed()).to.equal(false);
    await sleep(4_500);
    expect(healed()).to.equal(true);
  });

  const answerTo = (words: string): Promise<string> => {
    const listening = start(listenScript(place()));
    const answer = new Promise<string>((resolve) => {
      let said = '';
      listening.stdout!.on('data', (text) => {
        said += String(text);
        if (said.includes(undoneWord) || said.includes(nothingWord)) resolve(said);
      });
    });
    listening.stdin!.write(words);
    return answer;
  };

  it('undo at a word over the connection that is open, and answer with what that printed', async () => {
    await guard(`touch ${folder}/healed; echo one rule`);
    expect(await answerTo('beat\nundo\n')).to.equal(`one rule\n${undoneWord}\n`);
    expect(healed()).to.equal(true);
  });

  it('hand names to what they guard as arguments, which no shell reads as words of its own', async () => {
    const args = [`$(touch ${folder}/owned)`, '', 'a b', `'; touch ${folder}/owned; '`];
    await guard(`for arg in "$@"; do echo "<$arg>"; done`, ...args);
    expect(await answerTo('undo\n')).to.equal(`${args.map((arg) => `<${arg}>\n`).join('')}${undoneWord}\n`);
    expect(existsSync(join(folder, 'owned'))).to.equal(false);
    await guard('echo "$#"');
    expect(await answerTo('undo\n')).to.equal(`0\n${undoneWord}\n`);
  });

  it('do not say that all is undone where they guard nothing', async () => {
    expect(await answerTo('undo\n')).to.equal(`${nothingWord}\n`);
    await guard();
    await answerTo('undo\n');
    expect(await answerTo('undo\n')).to.equal(`${nothingWord}\n`);
  });

  it('undo when they are ended', async () => {
    const agent = start(switchScript(place(), 60));
    while (!existsSync(join(folder, 'beat'))) await sleep(20);
    await guard();
    agent.kill('SIGTERM');
    await ended(agent);
    expect(healed()).to.equal(true);
  });

  it('put each beat in place whole: one that is read half-written would end the agent', async () => {
    const listening = start(listenScript(place()));
    const beat = join(folder, 'beat');
    listening.stdin!.write('beat\n'.repeat(100));
    listening.stdin!.end();
    const done = ended(listening).then(() => true);
    const read: string[] = [];
    while (!(await Promise.race([done, sleep(1, false)])))
      for (let i = 0; i < 100 && existsSync(beat); i++) read.push(readFileSync(beat, 'utf8'));
    expect(read).not.to.include('');
    expect(read.length).to.be.greaterThan(20);
  });

  it('undo also when the agent ends by an error of its own', async () => {
    const agent = start(switchScript(place(), 60));
    while (!existsSync(join(folder, 'beat'))) await sleep(20);
    await guard();
    await writeFile(join(folder, 'beat'), '');
    await ended(agent);
    expect(healed()).to.equal(true);
  });
});
