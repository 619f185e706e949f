import { createServer } from 'node:net';
import test from 'ava';
import { listen, resolveHost, urlOf } from '../../src/service/listen.ts';
import { throwsCode } from '../helpers/throws.ts';

test('a name becomes the address that will be listened on', async (t) => {
  t.regex(await resolveHost('localhost', 0), /^(127\.0\.0\.1|::1)$/);
  t.is(await resolveHost('0.0.0.0', 0), '0.0.0.0');
});

test('a name that stands for no address is LISTEN_FAILED', async (t) => {
  const error = await throwsCode(t, 'LISTEN_FAILED', () => resolveHost('no.such.host.invalid', 5000));
  t.is(error?.facts['port'], 5000);
});

test('the port that was taken is told, and a port that is taken is LISTEN_FAILED', async (t) => {
  const [one, other] = [createServer(), createServer()];
  t.teardown(() => one.close());
  const { port } = await listen(one, '127.0.0.1', 0);
  t.true(port > 0);
  await throwsCode(t, 'LISTEN_FAILED', () => listen(other, '127.0.0.1', port));
});

test('an address as a URL', (t) => {
  t.is(urlOf('https', { address: '::1', family: 'IPv6', port: 5000 }), 'https://[::1]:5000');
  t.is(urlOf('http', { address: '127.0.0.1', family: 'IPv4', port: 80 }), 'http://127.0.0.1:80');
});
