import test from 'ava';
import { endpointOf } from '../../../src/registry/client/endpoint.ts';
import { isHome, resolveLocation } from '../../../src/registry/client/location.ts';
import { throwsCode } from '../../helpers/throws.ts';

const SECURE = endpointOf({ registry: 'reg.example.com', repository: 'a' });
const FROM = new URL('https://reg.example.com/v2/a/blobs/uploads/');

const PLACES: readonly [string, string, boolean][] = [
  ['/v2/a/blobs/uploads/1?state=x', 'https://reg.example.com/v2/a/blobs/uploads/1?state=x', true],
  ['1', 'https://reg.example.com/v2/a/blobs/uploads/1', true],
  ['https://reg.example.com/1', 'https://reg.example.com/1', true],
  ['http://reg.example.com/1?a=b', 'https://reg.example.com/1?a=b', true],
  ['https://reg.example.com:8443/1', 'https://reg.example.com:8443/1', false],
  ['https://store.example.com/1', 'https://store.example.com/1', false],
  ['//store.example.com/1', 'https://store.example.com/1', false],
  ['https://user:pass@reg.example.com/1', 'https://reg.example.com/1', true],
];

for (const [location, resolved, home] of PLACES) {
  test(`Location ${location} is ${resolved}, ${home ? 'home' : 'elsewhere'}`, (t) => {
    const url = resolveLocation(SECURE, FROM, location);
    t.is(url.href, resolved);
    t.is(isHome(SECURE, url), home);
  });
}

test('a step down to plain HTTP on another machine is PLAIN_HTTP_REFUSED unless it was asked for', async (t) => {
  const location = 'http://store.example.com/1?signature=secret';
  const error = await throwsCode(t, 'PLAIN_HTTP_REFUSED', () => resolveLocation(SECURE, FROM, location));
  t.notRegex(JSON.stringify(error), /secret/);
  const open = endpointOf({ registry: 'reg.example.com', repository: 'a', plainHttp: true });
  t.is(resolveLocation(open, new URL('http://reg.example.com/v2/'), location).href, location);
});

test('plain HTTP on loopback is fine', (t) => {
  t.is(resolveLocation(SECURE, FROM, 'http://127.0.0.1:9000/1').href, 'http://127.0.0.1:9000/1');
});
