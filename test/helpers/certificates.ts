import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';
import { temporaryFolder } from './fixtures.ts';

/** PEM files: an authority of a test's own, and a certificate that it signed with its key. */
export interface Certificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes them with openssl, for 127.0.0.1 or for the names given (`IP:127.0.0.1`, `DNS:example.com`). */
export async function makeCertificates(
  t: ExecutionContext,
  { names = 'IP:127.0.0.1', days = 1 } = {},
): Promise<Certificates> {
  const folder = await temporaryFolder(t);
  const at = (name: string) => join(folder, name);
  await writeFile(at('names'), `subjectAltName=${names}\n`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
  const run = execa({ cwd: folder });
  await run`openssl req -x509 ${key} -keyout ca.key -out ca.pem -days 1 -subj /CN=test-ca`;
  await run`openssl req ${key} -keyout key.pem -out request.pem -subj /CN=test`;
  await run`openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -days ${days} -extfile names -out certificate.pem`;
  return { ca: at('ca.pem'), certificate: at('certificate.pem'), key: at('key.pem') };
}
