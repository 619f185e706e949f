import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** Writes a kubeconfig that needs no other file, for the client whose certificate is `<file>.crt` in the folder. */
export async function writeKubeconfig(pki: string, file: string, server: string, to: string): Promise<void> {
  const data = async (name: string) => (await readFile(join(pki, name))).toString('base64');
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'thaw',
    contexts: [{ name: 'thaw', context: { cluster: 'thaw', user: file } }],
    clusters: [{ name: 'thaw', cluster: { server, 'certificate-authority-data': await data('ca.crt') } }],
    users: [
      {
        name: file,
        user: {
          'client-certificate-data': await data(`${file}.crt`),
          'client-key-data': await data(`${file}.key`),
        },
      },
    ],
  });
  await writeFile(to, text, { mode: 0o600 });
}
