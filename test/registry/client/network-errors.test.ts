import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'ava';
import type { ErrorCode } from '../../../src/errors.ts';
import { networkFailure } from '../../../src/registry/client/network-errors.ts';
import { Transient } from '../../../src/registry/client/transient.ts';
import { openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

const URL_WITH_SECRET = new URL('https://reg.example.com/v2/?token=secret');

const READINGS: readonly [string, ErrorCode, boolean, RegExp][] = [
  ['ECONNREFUSED', 'REGISTRY_UNREACHABLE', true, /nothing listens at reg.example.com/],
  ['ENOTFOUND', 'REGISTRY_UNREACHABLE', false, /cannot be resolved/],
  ['EAI_AGAIN', 'REGISTRY_UNREACHABLE', true, /no name server/],
  ['UND_ERR_CONNECT_TIMEOUT', 'REGISTRY_UNREACHABLE', true, /firewall/],
  ['EHOSTUNREACH', 'REGISTRY_UNREACHABLE', true, /cannot be reached/],
  ['UND_ERR_HEADERS_TIMEOUT', 'REGISTRY_UNREACHABLE', true, /does not go on answering/],
  ['UND_ERR_SOCKET', 'REGISTRY_UNREACHABLE', true, /connection .* broke/],
  ['ECONNRESET', 'REGISTRY_UNREACHABLE', true, /connection .* broke/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'PLAIN_HTTP_REFUSED', false, /plain HTTP/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'REGISTRY_UNREACHABLE', false, /other names/],
  ['CERT_HAS_EXPIRED', 'REGISTRY_UNREACHABLE', false, /not valid now/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'REGISTRY_UNREACHABLE', false, /signed by nobody/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'REGISTRY_UNREACHABLE', false, /signed by nobody/],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'REGISTRY_UNREACHABLE', false, /signed by nobody/],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'REGISTRY_UNREACHABLE', false, /no TLS connection/],
  ['HPE_INVALID_CONSTANT', 'REGISTRY_PROTOCOL', false, /not HTTP/],
];

for (const [errno, code, again, message] of READINGS) {
  test(`${errno} is ${code}, ${again ? 'tried again' : 'final'}`, (t) => {
    const failure = networkFailure(Object.assign(new Error('x'), { code: errno }), 'GET', URL_WITH_SECRET);
    t.is(failure instanceof Transient, again);
    const error = failure instanceof Transient ? failure.error : failure;
    t.is(error.code, code);
    t.regex(error.message, message);
    t.deepEqual(error.facts, { method: 'GET', url: 'https://reg.example.com/v2/', reason: errno });
  });
}

test('an address where nothing listens is REGISTRY_UNREACHABLE after all tries', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = await openClient(t, { registry: `127.0.0.1:${port}` });
  const error = await throwsCode(t, 'REGISTRY_UNREACHABLE', () => client.listTags());
  t.like(error?.facts, { reason: 'ECONNREFUSED', attempts: 4 });
});

test('a server that speaks another protocol is REGISTRY_PROTOCOL', async (t) => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = await openClient(t, { registry: `127.0.0.1:${port}` });
  await throwsCode(t, 'REGISTRY_PROTOCOL', () => client.listTags());
});
