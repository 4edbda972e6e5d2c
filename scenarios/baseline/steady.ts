import { scenario } from '../../src/index.ts';

/** Nothing is broken: what remains is the noise of this machine, and the harness itself must cause no error. */
export default scenario({
  name: 'steady',
  asks: 'Is the system calm under this load, and does the harness itself cause no error?',
  needs: [],
  limits: {
    writeOutageMs: { max: 0 },
    directOutageMs: { max: 0 },
    readOutageMs: { max: 0 },
    failedRequests: { max: 0 },
    lostWrites: { max: 0 },
    primaryStaleReads: { max: 0 },
  },

  async drill({ hold }) {
    await hold('40s', 'a steady state and nothing else');
  },
});
