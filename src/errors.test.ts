import { expect } from 'chai';
import { didYouMean, SetupError, UsageError, withoutSecrets } from './errors.ts';

describe('didYouMean', () => {
  it('names the nearest word', () =>
    expect(didYouMean('primary-crsh', ['steady', 'primary-crash'])).to.contain('primary-crash?'));
  it('lists all where none is near', () =>
    expect(didYouMean('zzz', ['steady', 'crash'])).to.equal('; known: steady, crash'));
});

describe('an error’s message', () => {
  it('holds no password, wherever a connection string or a setting brings one', () => {
    const secret = 'hunter2';
    for (const text of [
      `connect to postgresql://app:${secret}@10.0.0.1:5432/app failed`,
      `postgres://:${secret}@h/db`,
      `the bucket at https://key:${secret}@s3.example.org does not answer`,
      `host=h user=app password=${secret} dbname=app`,
      `password = '${secret} with spaces'`,
      `PGPASSWORD=${secret} psql`,
      `AWS_SECRET_ACCESS_KEY=${secret}`,
      `jdbc:postgresql://h/db?user=app&password=${secret}&ssl=true`,
      `{"user":"app","password":"${secret}"}`,
      `authorization: Bearer ${secret}`,
    ]) {
      expect(new SetupError(text).message).to.contain('***');
      expect(new SetupError(text).message).not.to.contain(secret);
      expect(new UsageError(text).message, text).not.to.contain(secret);
    }
  });

  it('keeps what is no secret', () => {
    for (const text of [
      'password authentication failed for user "app"',
      'the bucket at https://s3.example.org:9000/drills does not answer',
      'see https://example.org/a@b and postgres@pg1',
      'the secret postgres-app has no password',
      'server_login_retry=15',
    ])
      expect(withoutSecrets(text)).to.equal(text);
  });
});
