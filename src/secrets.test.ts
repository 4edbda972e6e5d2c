import { expect } from 'chai';
import { hideSecrets, redact, redactAll } from './secrets.ts';

describe('secrets in errors and in the log', () => {
  const secret = 'hunter2-S3cret';
  const texts: readonly string[] = [
    `postgresql://app:${secret}@198.18.0.21:5432/myapp`,
    `https://${secret}@git.example/repo`,
    `host=a password=${secret} user=b`,
    `password = '${secret}'`,
    `PGPASSWORD=${secret} psql`,
    `AWS_SECRET_ACCESS_KEY=${secret}`,
    `aws_session_token = ${secret}`,
    `{"secretKey":"${secret}","region":"x"}`,
    `{"headers":{"authorization":"Basic ${Buffer.from(secret).toString('base64')}"}}`,
    `Authorization: Bearer ${secret}`,
    `curl -H 'Authorization: Bearer ${secret}' x`,
    `mc alias set s3 --secret-key ${secret} --user x`,
    `alter role postgres password '${secret}'`,
    `-----BEGIN EC PRIVATE KEY-----\n${secret}\n-----END EC PRIVATE KEY-----`,
    `"{\\"password\\":\\"${secret}\\"}"`,
    `connect to postgresql://app:${secret}@10.0.0.1:5432/app failed`,
    `postgres://:${secret}@h/db`,
    `the bucket at https://key:${secret}@s3.example.org does not answer`,
    `password = '${secret} with spaces'`,
    `jdbc:postgresql://h/db?user=app&password=${secret}&ssl=true`,
    `{"user":"app","password":"${secret}"}`,
    `authorization: Bearer ${secret}`,
    `bearer ${secret}`,
    `postgres://app:p@${secret}@h/db`,
    `postgres://app:p/${secret}@h/db`,
    `postgres://app:p"${secret}@h/db`,
    `postgres://app:p'${secret}@h/db`,
    `password=p"${secret}`,
    `password=p'${secret}`,
    `password=p}${secret}`,
    `password='p''${secret}'`,
    `authorization: Bearer p'${secret}`,
  ];
  for (const text of texts)
    it(`are taken out of ${JSON.stringify(text).slice(0, 60)}`, () => {
      const shown = redact(text);
      expect(shown).to.contain('[redacted]').and.not.contain(secret);
      expect(shown).not.to.contain(Buffer.from(secret).toString('base64'));
    });

  it('are taken out of words and fields that only their name gives away', () => {
    expect(
      redactAll({ argv: ['psql', '--password', secret, '-h', 'a'], password: secret, token: secret }),
    ).to.deep.equal({
      argv: ['psql', '--password', '[redacted]', '-h', 'a'],
      password: '[redacted]',
      token: '[redacted]',
    });
    expect(redactAll({ why: new Error(`no login with password=${secret}`) })).to.deep.equal({
      why: 'no login with password=[redacted]',
    });
  });

  it('are taken out wherever they stand once their value is known', () => {
    const made = 'a1b2c3d4e5f6';
    expect(redact(`echo ${made}`)).to.contain(made);
    hideSecrets([made, 'minio']);
    expect(redact(`echo ${made}; ping minio`)).to.equal('echo [redacted]; ping minio');
  });

  it('leave the rest as it is', () => {
    for (const text of [
      'iptables -I INPUT -i eth0 -j DROP',
      'postgresql://198.18.0.21:5432/myapp',
      '/api/v1/namespaces/default/secrets/postgres-app?fieldManager=pgdrill',
      'the check passed: 3 of 3',
      'password authentication failed for user "app"',
      'the bucket at https://s3.example.org:9000/drills does not answer',
      'see https://example.org/a@b and postgres@pg1',
      'the secret postgres-app has no password',
      'server_login_retry=15',
    ])
      expect(redact(text)).to.equal(text);
  });

  it('are looked for in a long text in a time that grows with its length only', () => {
    const long = [Buffer.alloc(300_000, 'aZ3/').toString(), '-'.repeat(300_000), 'https://'.repeat(20_000)];
    const before = process.cpuUsage();
    for (const text of long) redact(text);
    expect(process.cpuUsage(before).user / 1e6).to.be.below(4);
  }).timeout(60_000);
});
