/**
 * Users of the HTTP service of `fixtures/api`, by k6: twenty requests a second, due whether others are answered or not.
 * `API` is its address; a drill with `load: { api: true, k6: 'scenarios/k6/archives.ts' }` sets it and ends the script.
 */
import http from 'k6/http';
import type { Options } from 'k6/options';

const users = {
  executor: 'constant-arrival-rate',
  rate: 10,
  timeUnit: '1s',
  duration: '2h',
  preAllocatedVUs: 10,
  maxVUs: 600,
  gracefulStop: '0s',
} as const;

export const options: Options = {
  discardResponseBodies: true,
  scenarios: {
    archives: { ...users, exec: 'archive' },
    workers: { ...users, exec: 'work' },
  },
};

const post = (path: string, name: string): void => {
  http.post(`${__ENV.API}${path}`, null, { timeout: '60s', tags: { name } });
};
export const archive = (): void => post('/retry/archives', 'archives');
export const work = (): void => post('/retry/work', 'workers');
