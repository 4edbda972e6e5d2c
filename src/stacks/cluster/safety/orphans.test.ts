import { expect } from 'chai';
import { type Connect, databasesOfDrills, dropOrphans } from './orphans.ts';

describe('schemas of drills whose lease is gone', () => {
  /** A cluster of these databases; `true` where a drill left its schema. */
  const cluster = (databases: Record<string, boolean>) => {
    const open = new Set<object>();
    const connect: Connect = async (database) => {
      const client = {
        query: async (text: string) => {
          if (text.includes('pg_database')) return { rows: Object.keys(databases).map((datname) => ({ datname })) };
          if (text.includes('pg_describe_object')) return { rows: [] };
          if (text.startsWith('drop schema')) databases[database] = false;
          return { rows: databases[database] ? [{}] : [] };
        },
        end: async () => void open.delete(client),
      };
      open.add(client);
      return client as never;
    };
    return { connect, databases, open };
  };

  it('are found in whichever database they are, and no connection is left open', async () => {
    const { connect, open } = cluster({ app: false, drills: true, postgres: false });
    expect(await databasesOfDrills(connect)).to.deep.equal(['drills']);
    expect(open.size).to.equal(0);
  });

  it('are dropped there and nowhere else, also where somebody was faster', async () => {
    const { connect, databases } = cluster({ app: true, drills: true, gone: false });
    expect(await dropOrphans(connect, ['drills', 'gone'])).to.deep.equal(['drills']);
    expect(databases).to.deep.equal({ app: true, drills: false, gone: false });
  });

  it('closes the connection where a question fails', async () => {
    const { connect, open } = cluster({ app: true });
    const failing: Connect = async (database) => {
      const client = await connect(database);
      return Object.assign(client, { query: () => Promise.reject(new Error('the server is gone')) }) as never;
    };
    const error = await databasesOfDrills(failing).catch((reason: Error) => reason);
    expect(error).to.have.property('message', 'the server is gone');
    expect(open.size).to.equal(0);
  });
});
