import test from 'ava';
import { isLoopback } from '../../src/service/loopback.ts';

const HOSTS: readonly [string, boolean][] = [
  ['127.0.0.1', true],
  ['127.9.8.7', true],
  ['::1', true],
  ['[::1]', true],
  ['localhost', true],
  ['LocalHost', true],
  ['128.0.0.1', false],
  ['127.example.com', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['::2', false],
  ['0.0.0.0', false],
  ['checkpoint-registry.local', false],
  ['', false],
];

for (const [host, loopback] of HOSTS) {
  test(`"${host}" is ${loopback ? '' : 'not '}loopback`, (t) => t.is(isLoopback(host), loopback));
}
