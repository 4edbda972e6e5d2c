/** What a block of packed lines holds of each kind of batch, and how its columns may be written. */

/** The numbers that stand for a column: its own, unless it says otherwise. */
export interface Way {
  /** What each adds to the row before; with `of`, to the last row of the same number in that column. */
  readonly step?: true;
  readonly of?: string;
  /** What each adds to this column in the same row. */
  readonly over?: string;
  /** The steps are those of the sum with this column. */
  readonly with?: string;
}

export interface Layout {
  /** The columns, each with the ways in which it may be written; a way names columns that come before it. */
  readonly columns: Readonly<Record<string, readonly Way[]>>;
  /**
   * Where the rows of a line end one after another, its first columns, up to this one, are in the order in which they were
   * due: that order is the cheaper one to write, and the other follows from the ends.
   */
  readonly ends?: string;
  /** The column of times after `baseUs`; in a block, times of the run. */
  readonly time?: string;
  /** Columns of indexes into lists of texts, with the names of the lists. */
  readonly texts: Readonly<Record<string, string>>;
}

const plain: Way = {};
const step: Way = { step: true };

const layouts: Readonly<Record<string, Layout>> = {
  op: {
    columns: {
      worker: [plain],
      op: [{ step: true, of: 'worker' }],
      request: [{ over: 'op' }],
      due: [step],
      late: [plain, { step: true, with: 'due' }],
      sent: [{ over: 'late' }, plain],
      done: [{ over: 'sent' }, plain],
      ...{ outcome: [plain], error: [plain], server: [plain], timeline: [plain], lsn: [step, plain] },
    },
    time: 'due',
    ends: 'done',
    texts: { error: 'errors', server: 'servers' },
  },
  connect: {
    columns: {
      ...{ client: [plain], path: [plain], start: [step], took: [plain], outcome: [plain], error: [plain] },
    },
    time: 'start',
    texts: { path: 'paths', error: 'errors' },
  },
  probe: {
    columns: {
      ...{ late: [plain], took: [{ over: 'late' }, plain], outcome: [plain], error: [plain], server: [plain] },
      saw: [step, plain],
    },
    texts: { error: 'errors', server: 'servers' },
  },
};

export const layoutOf = (kind: unknown): Layout | undefined =>
  typeof kind === 'string' && Object.hasOwn(layouts, kind) ? layouts[kind] : undefined;
