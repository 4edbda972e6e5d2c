/** What `explain` may move PgBouncer's timers to, and what a shorter one risks: the same wherever PgBouncer runs. */

/** Values that a timer may be moved to, and what its recommended value risks. */
export interface Trial {
  readonly trials: readonly string[];
  readonly risk: string;
}

export const pgbouncerTrials: Readonly<Record<string, Trial>> = {
  server_login_retry: {
    trials: ['2', '7', '37'],
    risk: 'each pooler knocks that much more often while the server is away: one login attempt a second and pool',
  },
  server_connect_timeout: {
    trials: ['3', '7', '23'],
    risk: 'a login that is slow for another reason (a busy server, TLS, DNS) is given up and made again',
  },
  dns_max_ttl: { trials: ['4', '23'], risk: 'more questions to the name server' },
  query_wait_timeout: {
    trials: ['11', '47'],
    risk: 'clients that waited in the queue get an error, which they must be able to retry',
  },
  tcp_user_timeout: {
    trials: ['3000', '7000'],
    risk: 'a connection over a network that stalls for so long is cut',
  },
};
