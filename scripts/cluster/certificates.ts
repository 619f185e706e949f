import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Who a certificate of the bed is for. */
export interface Subject {
  /** File name without its ending; the key is at `<file>.key`, the certificate at `<file>.crt`. */
  readonly file: string;
  /** The name that Kubernetes takes for the user. */
  readonly name: string;
  /** The name that Kubernetes takes for the group. */
  readonly group?: string;
  /** Names and addresses that it serves: `IP:10.77.0.1`, `DNS:node-a`. */
  readonly serves?: readonly string[];
}

/** Makes the bed's certificate authority, ca.crt and ca.key, in a folder. */
export async function makeAuthority(folder: string): Promise<void> {
  await makeKey(folder, 'ca');
  await openssl(folder, [
    'req',
    '-x509',
    '-new',
    '-key',
    'ca.key',
    '-subj',
    '/CN=thaw-cluster',
    '-days',
    '3650',
    '-out',
    'ca.crt',
  ]);
}

/** Makes a key and a certificate of the authority in that folder, for clients and servers alike. */
export async function makeCertificate(folder: string, { file, name, group, serves = [] }: Subject): Promise<void> {
  await makeKey(folder, file);
  const subject = `${group === undefined ? '' : `/O=${group}`}/CN=${name}`;
  await openssl(folder, ['req', '-new', '-key', `${file}.key`, '-subj', subject, '-out', `${file}.csr`]);
  const extensions = ['extendedKeyUsage=clientAuth,serverAuth'];
  if (serves.length > 0) extensions.push(`subjectAltName=${serves.join(',')}`);
  await writeFile(join(folder, `${file}.ext`), `${extensions.join('\n')}\n`);
  const serial = `0x01${randomBytes(8).toString('hex')}`;
  await openssl(folder, [
    ...['x509', '-req', '-in', `${file}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-set_serial', serial],
    ...['-days', '3650', '-extfile', `${file}.ext`, '-out', `${file}.crt`],
  ]);
}

/** Makes the pair that service account tokens are signed with. The API server wants the public half as such. */
export async function makeTokenKeys(folder: string): Promise<void> {
  await makeKey(folder, 'tokens');
  await openssl(folder, ['pkey', '-in', 'tokens.key', '-pubout', '-out', 'tokens.pub']);
}

async function makeKey(folder: string, file: string): Promise<void> {
  await openssl(folder, ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${file}.key`]);
  await chmod(join(folder, `${file}.key`), 0o600);
}

async function openssl(folder: string, args: readonly string[]): Promise<void> {
  await execa('openssl', args, { cwd: folder });
}
