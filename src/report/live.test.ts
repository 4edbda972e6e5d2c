import { expect } from 'chai';
import type { JournalEvent } from '../journal/event.ts';
import { synthetic } from '../journal/synthetic.ts';
import { colorAllowed, renderLive } from './live.ts';
import { follow, type LiveState, liveStart } from './live-state.ts';
import { changeLines, plainLine } from './plain.ts';

const events = synthetic({ seconds: 70 })
  .phase(0, 'steady')
  .stream('pooler-1', { down: [20, 55] })
  .stream('direct', { down: [20, 42] })
  .phase(20, 'fault')
  .fault('crash', { at: 20, heal: 60 })
  .role(5, 'sql', 'pg-1', 'primary', 1)
  .role(40, 'platform', 'pg-2', 'elected')
  .phase(60, 'settle')
  .end()
  .events();

const until = (second: number): LiveState =>
  events.filter((event) => event.tUs <= second * 1e6).reduce((state, event) => follow(state, event), liveStart);
const plain = { columns: 100, color: false } as const;
const shown = (second: number) => renderLive(until(second), { ...plain, nowUs: second * 1e6 }).split('\n');

describe('the live view', () => {
  it('shows a lane for each way in, direct first, and how long it has been down', () => {
    const [title, direct, pooler, happening, next] = shown(37.3);
    expect(title).to.equal('primary-crash · lab · 0:37 · fault');
    expect(direct).to.match(/^direct {4}.*▂█+ *down 17\.3 s$/);
    expect(pooler).to.match(/^pooler-1 .*▂█+ *down 17\.3 s$/);
    expect(happening).to.equal('writes down 17.3 s · crash pg-1 in force');
    expect(next).to.equal('next: clients recover unaided, then the drill ends the fault');
  });

  it('shows the same moment in all lanes one below the other, whichever was heard of last', () => {
    const state = until(37.3);
    const [direct, ...others] = state.lanes;
    const ahead = { ...direct!, cells: [...direct!.cells, 'bad' as const], lastSecond: direct!.lastSecond + 1 };
    const drawn = renderLive({ ...state, lanes: [ahead, ...others] }, { ...plain, nowUs: 37.3e6 }).split('\n');
    expect(drawn[1]!.indexOf('█')).to.equal(drawn[2]!.indexOf('█'));
  });

  it('says what the wait is for once the server is back and the pooler is not', () => {
    expect(shown(48)[3]).to.equal(
      'writes down 28.0 s · pg-2 elected as new primary · PgBouncer still waits (pooler-1)',
    );
  });

  it('reports how long each way was down once it is over', () => {
    const [, direct, pooler, happening] = shown(66);
    expect(direct).to.match(/up again after 22\.0 s$/);
    expect(pooler).to.match(/up again after 35\.0 s$/);
    expect(happening).to.equal('pg-2 elected as new primary');
  });

  it('lets no name move the cursor, break a line or be a command of a CI system', () => {
    const forged = 'pg\u001b[2J\n::error::forged\u009b1A';
    const state = until(37.3);
    const names = {
      ...state,
      scenario: forged,
      stack: forged,
      lanes: state.lanes.map((lane) => ({ ...lane, name: forged })),
      faults: new Map([...state.faults].map(([id, line]) => [id, { ...line, fault: forged, target: forged }])),
    };
    for (const shownState of [names, { ...names, news: [forged] }])
      for (const color of [false, true]) {
        const picture = renderLive(shownState, { columns: 200, color, nowUs: 37.3e6 });
        // Colours are this program's own.
        const lines = picture.replace(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '').split('\n');
        expect(lines).to.have.length(5);
        expect(lines.filter((line) => /^\s*::|[\p{Cc}\p{Zl}\p{Zp}]/u.test(line))).to.deep.equal([]);
        expect(picture).to.contain('pg\\x1b[2J ::error::forged\\x9b1A');
      }
  });

  it('does not take some answers in the middle of an outage for its end', () => {
    const story = synthetic({ seconds: 40 }).stream('direct', {
      down: [
        { from: 20, to: 24, how: 'reset' },
        { from: 24.3, to: 30, how: 'reset' },
      ],
    });
    let state = liveStart;
    const lines = story.events().flatMap((event) => changeLines(state, (state = follow(state, event))));
    expect(lines.map((line) => line.trim().replace(/^[\d.]+ s +/, ''))).to.deep.equal([
      'direct is down',
      'direct is up again after 10.0 s',
    ]);
  });

  it('has no news before the fault', () => {
    expect(shown(10)[3]).to.equal('writes work');
  });

  it('uses colour only where it may, and never a line wider than the terminal', () => {
    const state = until(37.3);
    expect(renderLive(state, { ...plain, nowUs: 37.3e6 })).not.to.contain('\u001b');
    expect(renderLive(state, { columns: 100, color: true, nowUs: 37.3e6 })).to.contain('\u001b[31m█');
    for (const line of renderLive(state, { columns: 40, color: false, nowUs: 37.3e6 }).split('\n'))
      expect(line.length).to.be.at.most(40);
    expect(colorAllowed({ NO_COLOR: '1' }, true)).to.equal(false);
    expect(colorAllowed({ TERM: 'dumb' }, true)).to.equal(false);
    expect(colorAllowed({}, false)).to.equal(false);
    expect(colorAllowed({ TERM: 'xterm' }, true)).to.equal(true);
  });

  it('shows something before the stack is open', () => {
    expect(renderLive(liveStart, { ...plain, nowUs: 0 })).to.equal('0:00\nwrites work');
  });
});

describe('plain lines for a log', () => {
  const lines = events.map(plainLine).filter((line) => line !== undefined);

  it('reports phases, faults and roles, and leaves out what comes in masses', () => {
    expect(lines).to.include('   20.0 s  crash pg-1 starting');
    expect(lines).to.include('   40.0 s  pg-2 is elected (seen by platform)');
    expect(lines.at(-1)).to.equal('   73.0 s  the run ended: done');
    expect(lines.length).to.be.lessThan(15);
  });

  it('says once that a lane went down and once that it came back', () => {
    let state = liveStart;
    const said = events.flatMap((event: JournalEvent) => {
      const before = state;
      state = follow(state, event);
      return changeLines(before, state);
    });
    expect(said.map((line) => line.slice(11))).to.have.members([
      'pooler-1 is down',
      'direct is down',
      'direct is up again after 22.0 s',
      'pooler-1 is up again after 35.0 s',
    ]);
  });
});
