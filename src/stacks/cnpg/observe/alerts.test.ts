import { expect } from 'chai';
import { describe, it } from 'mocha';
import { bytesOf } from '../objects.ts';
import { alertsOf } from './alerts.ts';
import { parseMetrics } from './metrics.ts';

const storageBytes = 1_000_000_000;
const lag = (bytes: number) => ({ 'cnpg_pg_stat_replication_replay_diff_bytes{application_name="postgres-2"}': bytes });
const reported = (alerts: { name: string; state: string }[]) => alerts.map(({ name, state }) => `${name} ${state}`);

describe('the alert conditions', () => {
  it('fire once when a standby is more than 10 MB behind, and resolve once', () => {
    const alerts = alertsOf(storageBytes);
    const scrapes = [0, 10_000_000, 10_000_001, 20_000_000, 5].map((bytes) =>
      reported(alerts.see('postgres-1', lag(bytes), 0)),
    );
    expect(scrapes).to.deep.equal([[], [], ['replication lag firing'], [], ['replication lag resolved']]);
  });

  it('are kept apart by their source', () => {
    const alerts = alertsOf(storageBytes);
    expect(alerts.see('postgres-1', lag(11_000_000), 0)).to.have.length(1);
    expect(alerts.see('postgres-2', lag(0), 0)).to.deep.equal([]);
  });

  it('fire when no WAL file was archived for ten minutes, but not on a standby, which archives none', () => {
    const alerts = alertsOf(storageBytes);
    const archived = (count: number, inRecovery = 0) => ({
      cnpg_pg_stat_archiver_archived_count: count,
      cnpg_pg_replication_in_recovery: inRecovery,
    });
    expect(alerts.see('p', archived(7), 0)).to.deep.equal([]);
    expect(alerts.see('p', archived(7), 600_000)).to.deep.equal([]);
    expect(reported(alerts.see('p', archived(7), 601_000))).to.deep.equal(['archiving stalled firing']);
    expect(reported(alerts.see('p', archived(8), 611_000))).to.deep.equal(['archiving stalled resolved']);
    alerts.see('s', archived(0, 1), 0);
    expect(alerts.see('s', archived(0, 1), 9_999_000)).to.deep.equal([]);
  });

  it('begin to count again when a standby becomes the primary', () => {
    const alerts = alertsOf(storageBytes);
    const as = (inRecovery: number, atMs: number) =>
      alerts.see('p', { cnpg_pg_stat_archiver_archived_count: 3, cnpg_pg_replication_in_recovery: inRecovery }, atMs);
    as(0, 0);
    as(1, 500_000);
    as(0, 510_000);
    expect(as(0, 700_000)).to.deep.equal([]);
  });

  it('fire when the databases together take more than 80 % of the volume', () => {
    const sizes = {
      'cnpg_pg_database_size_bytes{datname="a"}': 500_000_000,
      'cnpg_pg_database_size_bytes{datname="b"}': 301_000_000,
    };
    expect(reported(alertsOf(storageBytes).see('p', sizes, 0))).to.deep.equal(['database size firing']);
  });

  it('fire when the exporter cannot log in, be PostgreSQL down or full', () => {
    const alerts = alertsOf(storageBytes);
    const up = (value: number) => alerts.see('p', { 'cnpg_collector_up{cluster="pg"}': value }, 0);
    expect([1, 0, 0, 1].map((value) => reported(up(value)))).to.deep.equal([
      [],
      ['exporter shut out firing'],
      [],
      ['exporter shut out resolved'],
    ]);
  });

  it('fire when more than 80 % of the connections are taken', () => {
    const most = { 'cnpg_pg_settings_setting{name="max_connections"}': 100 };
    const backends = (n: number) => ({
      ...most,
      'cnpg_backends_total{usename="a"}': n - 10,
      'cnpg_backends_total{usename="b"}': 10,
    });
    const alerts = alertsOf(storageBytes);
    expect(alerts.see('p', backends(80), 0)).to.deep.equal([]);
    expect(reported(alerts.see('p', backends(81), 0))).to.deep.equal(['connections firing']);
  });

  it('report at the end which never held, with the highest value and where it was seen', () => {
    const alerts = alertsOf(storageBytes);
    alerts.see('postgres-1', lag(7_000_000), 0);
    alerts.see('postgres-2', lag(9_000_000), 0);
    alerts.see('postgres-1', lag(8_000_000), 0);
    expect(alerts.quiet()).to.deep.equal([
      {
        ...{ kind: 'alert', name: 'replication lag', state: 'quiet' },
        ...{ source: 'postgres-2', value: 9_000_000, threshold: 10_000_000 },
      },
    ]);
    alerts.see('postgres-1', lag(10_000_001), 0);
    expect(alerts.quiet()).to.deep.equal([]);
  });

  it('leave out what is not reported', () => {
    expect(alertsOf(storageBytes).see('pooler-1', { cnpg_pgbouncer_pools_cl_waiting: 5 }, 0)).to.deep.equal([]);
  });
});

describe('the text format of Prometheus', () => {
  it('gives values by name and labels, and leaves comments and what is not a number out', () => {
    const text = '# HELP a b\na 1\nb{x="y z"} 2.5e3\nc NaN\nd{le="+Inf"} 3 1700000000000\n';
    expect([...parseMetrics(text)]).to.deep.equal([
      ['a', 1],
      ['b{x="y z"}', 2500],
      ['d{le="+Inf"}', 3],
    ]);
  });
});

describe('a quantity of bytes', () => {
  it('is read as Kubernetes writes it', () => {
    expect(['20Gi', '500M', '1Ki', '7'].map(bytesOf)).to.deep.equal([20 * 2 ** 30, 500e6, 1024, 7]);
    expect(bytesOf('much')).to.be.NaN;
  });
});
