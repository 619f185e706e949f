import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import type { ExecutionContext } from 'ava';
import { Agent, request } from 'undici';
import { digestOf } from '../../../src/oci/digest.ts';
import { type Certificates, makeCertificates } from '../../helpers/certificates.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';
import { peerTest } from '../../helpers/peer.ts';
import { serving } from '../../helpers/serving.ts';
import { throwsCode } from '../../helpers/throws.ts';
import { until } from '../../helpers/until.ts';

/** The serial number of the certificate that a new connection is shown. */
async function shown(port: number, versions: { minVersion?: SecureVersion; maxVersion?: SecureVersion } = {}) {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...versions });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerCertificate().serialNumber;
  } finally {
    socket.destroy();
  }
}

async function serialOf(certificate: string): Promise<string> {
  return new X509Certificate(await readFile(certificate)).serialNumber;
}

/** Certificates under names that stay, to be replaced by others. */
async function replaceable(t: ExecutionContext, first: Certificates) {
  const folder = await temporaryFolder(t);
  const files = { certificate: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  const replace = async ({ certificate, key }: Pick<Certificates, 'certificate' | 'key'>) => {
    await copyFile(certificate, files.certificate);
    await copyFile(key, files.key);
  };
  await replace(first);
  return { files, replace };
}

peerTest(['openssl'], 'TLS 1.2 and 1.3 are spoken, and nothing older', async (t) => {
  const tls = await makeCertificates(t);
  const { port, url } = await serving(t, { tls });
  t.regex(url, /^https:/);
  t.truthy(await shown(port, { maxVersion: 'TLSv1.2' }));
  t.truthy(await shown(port, { minVersion: 'TLSv1.3' }));
  await t.throwsAsync(shown(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }));
});

peerTest(['openssl'], 'a renewed certificate is shown to new connections; a broken one is not', async (t) => {
  const [first, second] = [await makeCertificates(t), await makeCertificates(t)];
  const { files, replace } = await replaceable(t, first);
  const { port, log } = await serving(t, { tls: files });
  t.is(await shown(port), await serialOf(first.certificate));

  await writeFile(files.certificate, 'half a certif');
  await until(log, (text) => /"what":"certificate".*not reloaded/.test(text));
  t.is(await shown(port), await serialOf(first.certificate));

  await replace(second);
  const wanted = await serialOf(second.certificate);
  await until(
    () => shown(port),
    (serial) => serial === wanted,
  );
  t.regex(log(), /"what":"certificate".*"msg":"reloaded"/);
});

peerTest(['openssl'], 'a certificate that is missing, or not that of the key, stops the start', async (t) => {
  const [one, other] = [await makeCertificates(t), await makeCertificates(t)];
  const start = (tls: { certificate: string; key: string }) => throwsCode(t, 'TLS_INVALID', () => serving(t, { tls }));
  await start({ certificate: one.certificate, key: other.key });
  await start({ certificate: `${one.certificate}.missing`, key: one.key });
  const error = await start({ certificate: one.key, key: one.key });
  t.false(JSON.stringify(error).includes('PRIVATE'));
});

peerTest(['openssl'], 'bytes over TLS are counted, and when the certificate ends is told', async (t) => {
  const tls = await makeCertificates(t);
  const { url } = await serving(t, { tls });
  const dispatcher = new Agent({ connect: { ca: await readFile(tls.ca) } });
  t.teardown(() => dispatcher.close());
  const body = Buffer.alloc(1_000_000, 'thaw');
  const push = `${url}/v2/a/blobs/uploads/?digest=${digestOf(body)}`;
  t.is((await request(push, { method: 'POST', body, dispatcher })).statusCode, 201);
  const metrics = await (await request(`${url}/metrics`, { dispatcher })).body.text();
  const received = Number(/^thaw_registry_received_bytes_total (\d+)$/m.exec(metrics)?.[1]);
  t.true(received >= body.length && received < body.length * 1.1, `${received}`);
  const ends = Number(/^thaw_registry_certificate_end_timestamp_seconds (\d+)$/m.exec(metrics)?.[1]);
  t.is(ends, Date.parse(new X509Certificate(await readFile(tls.certificate)).validTo) / 1000);
});
