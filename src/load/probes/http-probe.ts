/** A stream of HTTP requests, open loop: each is sent when it is due, however many are under way. */
import { Agent, type ClientRequest, request } from 'node:http';
import { errorText, type LoadError } from '../writers/outcome.ts';
import type { Probe, ProbeOptions } from './probe.ts';
import { type OpenSlot, Slots } from './slots.ts';

/** What a service that is up answers on `GET /ready`. */
const ok = 200;

export class HttpProbe implements Probe {
  readonly #options: ProbeOptions;
  readonly #slots: Slots;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #underWay = new Map<OpenSlot, ClientRequest>();

  constructor(options: ProbeOptions) {
    this.#options = options;
    this.#slots = new Slots(options.plan.limitUs, options.onRow);
  }
  get settled(): boolean {
    return this.#slots.settled;
  }

  connect(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#send('GET', '/ready', (error) => resolve(error && errorText(error)));
    });
  }

  expire(nowUs: number): void {
    this.#slots.expire(nowUs);
    for (const [slot, sent] of this.#underWay) {
      if (!slot.row) continue;
      this.#underWay.delete(slot);
      sent.destroy();
    }
  }

  tick(dueUs: number, nowUs: number): void {
    const slot = this.#slots.open(dueUs);
    this.expire(nowUs);
    if (slot.row) return;
    slot.asked = true;
    slot.startUs = this.#options.clock.nowUs();
    const sent = this.#send('POST', this.#options.plan.post!, (error) => this.#finish(slot, error));
    this.#underWay.set(slot, sent);
    this.#options.onLate(slot.startUs - dueUs);
  }

  close(): void {
    this.#agent.destroy();
  }

  #finish(slot: OpenSlot, error: LoadError | undefined): void {
    if (!this.#underWay.delete(slot)) return;
    const nowUs = this.#options.clock.nowUs();
    if (error) this.#slots.fail(slot, error, nowUs);
    else this.#slots.answer(slot, { server: undefined, saw: -1 }, nowUs);
  }

  /** @param done is called once the answer is whole, or with what went wrong; it may be called again, which is to be ignored */
  #send(method: string, path: string, done: (error: LoadError | undefined) => void): ClientRequest {
    const { host, port } = this.#options.plan.endpoint;
    const sent = request({ host, port, method, path, agent: this.#agent }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('error', done);
      response.on('end', () => done(response.statusCode === ok ? undefined : refusal(response.statusCode, body)));
    });
    sent.on('error', done);
    return sent.end();
  }
}

/** `503 08P01 server_login_retry`: the status, and what the service says of its cause. */
function refusal(status: number | undefined, body: string): LoadError {
  const [, cause = ''] = /"error":"([^"]*)"/.exec(body) ?? [];
  return { code: `${status} ${cause}`.trim(), message: body };
}
