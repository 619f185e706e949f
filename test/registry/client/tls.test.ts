import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { ErrorCode } from '../../../src/errors.ts';
import type { RegistryOptions } from '../../../src/registry/client/options.ts';
import { openRegistry } from '../../../src/registry/client/target.ts';
import { type Certificates, makeCertificates } from '../../helpers/certificates.ts';
import { startFakeRegistry } from '../../helpers/fake-registry.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { openClient } from '../../helpers/registry-client.ts';
import { throwsCode } from '../../helpers/throws.ts';

async function startTls(t: ExecutionContext, { certificate, key }: Certificates) {
  const server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (_, response) => {
    response.end('{"tags":["over-tls"]}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { registry: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

peerTest(['openssl'], 'a registry whose certificate the given CA file signed is trusted', async (t) => {
  const certificates = await makeCertificates(t);
  const client = await openClient(t, await startTls(t, certificates), { caFile: certificates.ca });
  t.deepEqual(await client.listTags(), ['over-tls']);
});

const FAILURES: readonly [string, Partial<RegistryOptions>, { names?: string }, ErrorCode, RegExp][] = [
  ['signed by nobody known', { plainHttp: false }, {}, 'REGISTRY_UNREACHABLE', /signed by nobody.*--ca-file/],
  ['for another name', {}, { names: 'DNS:example.com' }, 'REGISTRY_UNREACHABLE', /for other names/],
];

for (const [what, options, made, code, message] of FAILURES) {
  peerTest(['openssl'], `a certificate ${what} is ${code} at the first try`, async (t) => {
    const certificates = await makeCertificates(t, made);
    const caFile = options.plainHttp === undefined ? { caFile: certificates.ca } : {};
    const client = await openClient(t, await startTls(t, certificates), { ...caFile, ...options });
    const error = await throwsCode(t, code, () => client.listTags());
    t.regex(error?.message ?? '', message);
    t.is(error?.facts['attempts'], undefined);
  });
}

test('a registry that speaks plain HTTP where HTTPS is wanted is PLAIN_HTTP_REFUSED', async (t) => {
  const client = await openClient(t, await startFakeRegistry(t), { plainHttp: false });
  const error = await throwsCode(t, 'PLAIN_HTTP_REFUSED', () => client.listTags());
  t.regex(error?.message ?? '', /looks like plain HTTP.*--plain-http/);
});

peerTest(['openssl'], 'a registry that speaks TLS where plain HTTP is wanted is REGISTRY_UNREACHABLE', async (t) => {
  const client = await openClient(t, await startTls(t, await makeCertificates(t)));
  await throwsCode(t, 'REGISTRY_UNREACHABLE', () => client.listTags());
});

const CA_FILES: readonly [string, string | undefined, RegExp][] = [
  ['is not there', undefined, /cannot be read/],
  ['holds no certificate', 'hello', /holds no PEM certificate/],
  ['is broken', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', /cannot be parsed/],
];

for (const [what, content, message] of CA_FILES) {
  test(`a CA file that ${what} is USAGE`, async (t) => {
    const caFile = join(await temporaryFolder(t), 'ca.pem');
    if (content !== undefined) await writeFile(caFile, content);
    const options = { registry: '127.0.0.1:5000', repository: 'a', caFile };
    const error = await throwsCode(t, 'USAGE', () => openRegistry(options));
    t.regex(error?.message ?? '', message);
  });
}
