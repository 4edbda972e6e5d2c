/** The pages as people open them: in a browser, on a phone and a laptop, with scripts and without, light, dark, on paper. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { readRunFile } from '../journal/read.ts';
import { judge } from '../measure/judge.ts';
import { historyLine } from '../report/history.ts';
import { renderHtml } from '../report/html/index.ts';
import { renderIndex } from '../report/index-page/index.ts';
import { cutRun, sampleRun } from '../report/sample-run.ts';
import { timers as operatorTimers } from '../stacks/cnpg/timers.ts';
import { timers } from '../stacks/lab/timers.ts';

const executablePath = '/usr/bin/chromium';
const missing = existsSync(executablePath) ? '' : ` (skipped: there is no ${executablePath}; apt-get install chromium)`;
const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map((name) => `--disable-${name}`);
const args = ['--headless', '--no-sandbox', '--no-first-run', ...quiet];

/** Opens a page and gathers what it complains of and what it asks for. */
async function open(browser: Browser, file: string, options: BrowserContextOptions) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`file://${file}`, { waitUntil: 'domcontentloaded' });
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}

// What runs in the page is text: its types are the browser's, which the rest of the project must not see.
const widthNeeded = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

interface Structure {
  readonly unnamed: number;
  readonly uncaptioned: number;
  readonly levels: readonly number[];
  readonly landmarks: readonly string[];
}
const structureOf = (page: Page) =>
  page.evaluate<Structure>(`(() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const named = (svg) =>
      svg.getAttribute('aria-label') ||
      svg.getAttribute('aria-labelledby')?.split(' ').every((id) => document.getElementById(id)?.textContent);
    return {
      unnamed: all('svg[role=img]').filter((svg) => !named(svg)).length,
      uncaptioned: all('table').filter((table) => !table.caption?.textContent).length,
      levels: all('h1,h2,h3').map((heading) => Number(heading.tagName[1])),
      landmarks: ['header', 'main', 'footer'].filter((name) => document.querySelector(name)),
    };
  })()`);
/** Requests that leave the machine's own files. */
const foreign = (requests: readonly string[]) => requests.filter((url) => !/^(file|data):/.test(url));

(missing ? describe.skip : describe)(`the pages in chromium${missing}`, () => {
  let browser: Browser;
  let folder: string;
  const files = () =>
    ['report', 'cut', 'index', 'lab', 'operator', 'node', 'frozen'].map((name) => join(folder, `${name}.html`));
  const recorded = async (name: string, levers: typeof timers) => {
    const run = await readRunFile(`fixtures/journals/${name}/run.ndjson.gz`);
    return renderHtml(run, judge(run), { levers });
  };
  const report = () => files()[0]!;

  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(join(tmpdir(), 'pgdrill-report-'));
    const [run, cut] = [await sampleRun(), await cutRun()];
    const own = historyLine(run, judge(run));
    const history = [{ ...own, run: 'earlier', startedAt: '2025-12-01T00:00:00Z' }, own];
    const pages = [
      renderHtml(run, judge(run), { history, levers: timers }),
      renderHtml(cut, judge(cut)),
      renderIndex(history),
      await recorded('primary-crash-passed', timers),
      await recorded('primary-delete-now-failed', operatorTimers),
      // A limit with its source in words, and a drill of minutes.
      await recorded('k3s-node-isolated', operatorTimers),
      await recorded('k3s-primary-freeze', operatorTimers),
    ];
    await Promise.all(pages.map((text, i) => writeFile(files()[i]!, text)));
    browser = await chromium.launch({ executablePath, args });
  });
  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  for (const width of [390, 768, 1280])
    for (const javaScriptEnabled of [true, false])
      for (const colorScheme of ['light', 'dark'] as const)
        it(`fit ${width} px, ${colorScheme}, ${javaScriptEnabled ? 'with' : 'without'} scripts: nothing to scroll sideways, no complaint, no request`, async () => {
          for (const file of files()) {
            await using opened = await open(browser, file, {
              viewport: { width, height: 900 },
              javaScriptEnabled,
              colorScheme,
            });
            expect(await widthNeeded(opened.page), file).to.equal(width);
            await opened.page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
            expect(await widthNeeded(opened.page), `${file}, unfolded`).to.equal(width);
            expect(opened.complaints).to.deep.equal([]);
            expect(foreign(opened.requests)).to.deep.equal([]);
          }
        });

  it('would be caught if they were too wide, complained, or asked somebody for something', async () => {
    const file = join(folder, 'bad.html');
    const image = '<svg role="img"></svg><table></table><img src="http://198.18.255.254/x.png">';
    await writeFile(file, `<p style="width:2000px">wide</p>${image}<script>console.error('planted')</script>`);
    await using opened = await open(browser, file, { viewport: { width: 390, height: 900 } });
    expect(await widthNeeded(opened.page)).to.be.greaterThan(390);
    expect(opened.complaints).to.include('planted');
    expect(foreign(opened.requests)).to.deep.equal(['http://198.18.255.254/x.png']);
    expect(await structureOf(opened.page)).to.deep.include({ unnamed: 1, uncaptioned: 1, landmarks: [] });
  });

  it('name every picture, caption every table, skip no level of heading and have their landmarks', async () => {
    for (const file of files()) {
      await using opened = await open(browser, file, {});
      const found = await structureOf(opened.page);
      expect(found, file).to.deep.include({ unnamed: 0, uncaptioned: 0, landmarks: ['header', 'main', 'footer'] });
      expect(found.levels[0]).to.equal(1);
      expect(found.levels.every((level, i) => i === 0 || level <= found.levels[i - 1]! + 1)).to.equal(true);
    }
  });

  it('lead from a number to the journal’s record, and from the keyboard to the content', async () => {
    await using opened = await open(browser, report(), { viewport: { width: 1366, height: 900 } });
    const { page } = opened;
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).to.equal('Skip to the report');
    await page.locator('#limits a.evidence').first().click();
    const record = page.locator('tr:target');
    expect(await record.textContent()).to.match(/^\d+/);
    const { y } = (await record.boundingBox())!;
    expect(y).to.be.within(0, 900);
  });

  it('open what a link leads into, with scripts and without', async () => {
    for (const javaScriptEnabled of [true, false]) {
      await using opened = await open(browser, report(), { viewport: { width: 1280, height: 900 }, javaScriptEnabled });
      expect(await opened.page.locator('#measures').getAttribute('open')).to.equal(null);
      await opened.page.locator('#limits a.name').first().click();
      await opened.page.waitForFunction('document.querySelector("#measures").open');
    }
  });

  it('answer on one screen and a waterfall of at most 2,500 px, and unfold to at most 8,000 px', async () => {
    const lengths = (page: Page) =>
      page.evaluate<{ first: number; all: number }>(`(() => {
        const first = document.querySelector('#failover').getBoundingClientRect().bottom + scrollY;
        for (const each of document.querySelectorAll('details')) each.open = true;
        return { first, all: document.documentElement.scrollHeight };
      })()`);
    for (const file of files().slice(3)) {
      await using opened = await open(browser, file, { viewport: { width: 1280, height: 900 } });
      const { first, all } = await lengths(opened.page);
      expect(first, file).to.be.within(500, 2_500);
      // A minute on the lab; the others are runs of minutes on the operator, with alerts and twice the settings.
      if (file === files()[3]) expect(all, file).to.be.within(3_000, 8_000);
    }
    await using phone = await open(browser, files()[3]!, { viewport: { width: 390, height: 800 } });
    expect((await lengths(phone.page)).first, 'on a phone').to.be.within(500, 2_500);
  });

  it('show the time under the pointer where scripts run', async () => {
    await using opened = await open(browser, report(), { viewport: { width: 1366, height: 900 } });
    await opened.page.locator('#timeline > summary').click();
    const field = opened.page.locator('#availability .field');
    await field.scrollIntoViewIfNeeded();
    const box = (await field.boundingBox())!;
    await opened.page.mouse.move(box.x + box.width / 2, box.y + 10);
    expect(await opened.page.locator('.cursor span').textContent()).to.match(/^\+24\.\d\d s$/);
  });

  it('print on at most 4 pages of A4, with what somebody signs', async () => {
    for (const file of files().slice(3)) {
      await using opened = await open(browser, file, {});
      const pdf = await opened.page.pdf({ preferCSSPageSize: true });
      const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
      expect(pages.length, file).to.be.within(1, 4);
      expect(pdf.toString('latin1')).to.match(/\/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]/);
      await opened.page.evaluate("dispatchEvent(new Event('beforeprint'))");
      expect(await opened.page.locator('details[open] .sign').count(), file).to.equal(2);
      await opened.page.evaluate("dispatchEvent(new Event('afterprint'))");
      expect(await opened.page.locator('details.fold[open]').count(), file).to.equal(0);
    }
  });
});
