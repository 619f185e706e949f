import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { accessFiles } from '../access-files.ts';
import { makeCertificates } from '../certificates.ts';
import { temporaryFolder } from '../fixtures.ts';
import { startServeProcess } from '../serve-process.ts';
import type { Bed } from './bed.ts';

/** A private image in a registry of its own, which both nodes trust. */
export interface PrivateImage {
  readonly reference: string;
  /** A pull secret in the default namespace. */
  readonly secret: string;
}

const USERS = { author: 'ink', node: 'rosebud' };
const RULES = `
  - users: [author]
    repositories: ['**']
    allow: [pull, push]
  - users: [node]
    repositories: ['**']
    allow: [pull]
`;

/**
 * Serves python:1 from a second registry, over TLS and to users only, until the test ends. A node that has that image from
 * the bed's registry does not lack it: CRI-O knows images by their ID.
 */
export async function serveBase(t: ExecutionContext, bed: Bed): Promise<PrivateImage> {
  const { host } = bed.settings;
  const { ca, certificate, key } = await makeCertificates(t, { names: `IP:${host}` });
  const { access } = await accessFiles(t, { rules: RULES, users: USERS });
  const tls = ['--listen', `${host}:0`, '--tls-cert', certificate, '--tls-key', key, '--access', access];
  const { url } = await startServeProcess(t, await temporaryFolder(t), { args: tls });
  const registry = new URL(url).host;
  for (const { name } of bed.settings.nodes) await trust(bed, name, registry, await readFile(ca, 'utf8'));
  const reference = `${registry}/private/python:1`;
  // With a manifest of another digest, CRI-O would say the digest that it already knows the same image by.
  const flags = '--preserve-digests --insecure-policy --src-tls-verify=false --dest-tls-verify=false';
  await bed.sh(
    `skopeo copy ${flags} --dest-creds author:${USERS.author} docker://$REGISTRY/python:1 docker://${reference}`,
  );
  const secret = `private-${new URL(url).port}`;
  t.teardown(() => bed.run(`kubectl delete secret ${secret}`));
  await bed.sh(
    `kubectl create secret docker-registry ${secret} --docker-server=${registry} --docker-username=node --docker-password=${USERS.node}`,
  );
  return { reference, secret };
}

/** containerd looks into its certs.d, CRI-O into that of containers-certs.d(5), at each pull. */
async function trust(bed: Bed, node: string, registry: string, ca: string): Promise<void> {
  const containerd = `/etc/containerd/certs.d/${registry}`;
  const crio = `/etc/containers/certs.d/${registry}`;
  const hosts = `server = "https://${registry}"\n[host."https://${registry}"]\n  ca = "${containerd}/ca.crt"\n`;
  const write = (file: string, text: string) => bed.sh(`cluster exec ${node} tee ${file} >/dev/null`, text);
  await bed.sh(`cluster exec ${node} mkdir -p ${containerd} ${crio}`);
  await write(`${containerd}/ca.crt`, ca);
  await write(`${containerd}/hosts.toml`, hosts);
  await write(`${crio}/ca.crt`, ca);
}
