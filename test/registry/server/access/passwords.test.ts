import test from 'ava';
import { BcryptThread } from '../../../../src/registry/server/access/bcrypt.ts';
import { parseHtpasswd } from '../../../../src/registry/server/access/htpasswd.ts';
import { Passwords, WAITING_MOST, WAITING_MOST_OF_ONE } from '../../../../src/registry/server/access/passwords.ts';
import { RegistryError } from '../../../../src/registry/server/errors.ts';
import { htpasswdOf } from '../../../helpers/access-files.ts';

/** Stands in for bcrypt: a password is right where it ends the "hash". */
function counting() {
  const asked: string[] = [];
  const compare = async (password: string, hash: string) => {
    asked.push(hash);
    return hash.endsWith(password);
  };
  return { asked, compare };
}

const ACCOUNTS = new Map([['ann', `$2b$05$${'x'.repeat(50)}abc`]]);

test('a right password is compared once and then remembered', async (t) => {
  const { asked, compare } = counting();
  const passwords = new Passwords(compare);
  for (let times = 0; times < 100; times += 1) {
    t.true(await passwords.areRight({ user: 'ann', password: 'abc' }, ACCOUNTS, '::1'));
  }
  t.is(asked.length, 1);
});

test('the same credentials, asked at once, are compared once', async (t) => {
  const { asked, compare } = counting();
  const passwords = new Passwords(compare);
  const ask = () => passwords.areRight({ user: 'ann', password: 'abc' }, ACCOUNTS, '::1');
  t.deepEqual(await Promise.all(Array.from({ length: 50 }, ask)), Array(50).fill(true));
  t.is(asked.length, 1);
});

test('a wrong password is compared each time and never remembered', async (t) => {
  const { asked, compare } = counting();
  const passwords = new Passwords(compare);
  for (let times = 0; times < 3; times += 1) {
    t.false(await passwords.areRight({ user: 'ann', password: 'wrong' }, ACCOUNTS, '::1'));
  }
  t.is(asked.length, 3);
});

test('an unknown user costs a comparison of the usual cost, and is refused whatever it gives', async (t) => {
  const asked: string[] = [];
  const passwords = new Passwords(async (_password, hash) => asked.push(hash) > 0);
  t.false(await passwords.areRight({ user: 'eve', password: 'x' }, ACCOUNTS, '::1'));
  t.false(await passwords.areRight({ user: 'eve', password: 'x' }, ACCOUNTS, '::1'));
  t.is(asked.length, 2);
  t.regex(asked[0] ?? '', /^\$2b\$05\$.{53}$/);
});

test('a password that was changed is not remembered any more', async (t) => {
  const { compare } = counting();
  const passwords = new Passwords(compare);
  t.true(await passwords.areRight({ user: 'ann', password: 'abc' }, ACCOUNTS, '::1'));
  const changed = new Map([['ann', `$2b$05$${'x'.repeat(50)}def`]]);
  t.false(await passwords.areRight({ user: 'ann', password: 'abc' }, changed, '::1'));
  t.false(await passwords.areRight({ user: 'ann', password: 'abc' }, new Map(), '::1'));
});

test('one address may have only some comparisons wait, and all together only so many', async (t) => {
  const gate = Promise.withResolvers<boolean>();
  const passwords = new Passwords(() => gate.promise);
  let next = 0;
  const ask = (address: string) => {
    next += 1;
    return passwords.areRight({ user: 'ann', password: `${next}` }, ACCOUNTS, address);
  };
  const refused = (address: string) => t.throwsAsync(ask(address), { instanceOf: RegistryError });
  const waiting = Array.from({ length: WAITING_MOST_OF_ONE }, () => ask('192.0.2.1'));
  const error = await refused('192.0.2.1');
  t.is(error?.code, 'TOOMANYREQUESTS');
  t.regex(error?.headers['Retry-After'] ?? '', /^\d+$/);
  for (let at = waiting.length; at < WAITING_MOST; at += 1) waiting.push(ask(`192.0.2.${100 + at}`));
  t.is((await refused('192.0.2.2'))?.status, 429);
  gate.resolve(false);
  t.true((await Promise.all(waiting)).every((right) => !right));
  t.false(await ask('192.0.2.1'));
});

test('real bcrypt in a thread tells right from wrong, also for an unknown user', async (t) => {
  const thread = new BcryptThread();
  t.teardown(() => thread.close());
  const passwords = new Passwords(thread.compare);
  const accounts = parseHtpasswd('htpasswd', await htpasswdOf({ ann: 'pässword', bob: 'x'.repeat(72) }));
  const ask = (user: string, password: string) => passwords.areRight({ user, password }, accounts, '::1');
  t.true(await ask('ann', 'pässword'));
  t.false(await ask('ann', 'password'));
  t.false(await ask('ann', ''));
  t.true(await ask('bob', 'x'.repeat(72)));
  t.false(await ask('eve', 'pässword'));
});

test('a thread that ends fails what waits, and the next comparison has another', async (t) => {
  const thread = new BcryptThread();
  t.teardown(() => thread.close());
  const waiting = thread.compare('x', `$2b$12$${'a'.repeat(53)}`);
  const failed = t.throwsAsync(waiting, { message: /ended/ });
  await thread.close();
  await failed;
  t.false(await thread.compare('x', `$2b$04$${'a'.repeat(53)}`));
});
