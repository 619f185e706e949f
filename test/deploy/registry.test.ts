import { access as look, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { Command } from 'commander';
import { execa } from 'execa';
import { Agent, request } from 'undici';
import { addServeFlags, registryOptions, type ServeFlags } from '../../src/commands/registry/serve-options.ts';
import { parseAccess } from '../../src/registry/server/access/access-file.ts';
import { basic, htpasswdOf } from '../helpers/access-files.ts';
import { makeCertificates } from '../helpers/certificates.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { type KubeObject, kustomize } from '../helpers/kustomize.ts';
import { peerTest } from '../helpers/peer.ts';
import { type Container, type PodSpec, restrictedViolations } from '../helpers/pod-security.ts';
import { CLI } from '../helpers/thaw.ts';

const PROJECT = new URL('../../', import.meta.url).pathname;
const FOLDERS = ['registry', 'registry/overlays/nodeport'];

/** The volumes of the pod and where the container has them. */
interface StatefulSet {
  readonly spec: {
    readonly serviceName: string;
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: PodSpec & Named;
    };
    readonly volumeClaimTemplates: readonly { readonly metadata: { readonly name: string } }[];
  };
}

interface Named {
  readonly serviceAccountName: string;
  readonly terminationGracePeriodSeconds: number;
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
    readonly configMap?: { readonly name: string };
  }[];
}

interface Service {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly selector: Record<string, string>;
    readonly ports: readonly { readonly targetPort: string; readonly nodePort?: number }[];
  };
}

interface Built {
  readonly objects: readonly KubeObject[];
  readonly set: StatefulSet['spec'];
  readonly pod: StatefulSet['spec']['template']['spec'];
  readonly container: Container;
  readonly services: readonly Service[];
  readonly access: string;
}

async function built(folder: string): Promise<Built> {
  const objects = await kustomize(folder);
  const of = (kind: string) => objects.filter((object) => object.kind === kind) as unknown[];
  const [set] = of('StatefulSet') as StatefulSet[];
  const [config] = of('ConfigMap') as { data: Record<string, string> }[];
  const [container] = set?.spec.template.spec.containers ?? [];
  if (set === undefined || container === undefined) throw new Error('no StatefulSet with a container');
  const access = config?.data['access.yaml'] ?? '';
  return {
    objects,
    set: set.spec,
    pod: set.spec.template.spec,
    container,
    services: of('Service') as Service[],
    access,
  };
}

/** The container's arguments as `thaw registry serve` reads them; what it does not know throws. */
function parsedArgs({ args = [] }: Container): ServeFlags & { root: string; json: boolean } {
  const [registry, serve, ...flags] = args;
  if (registry !== 'registry' || serve !== 'serve') throw new Error(`the command is ${registry} ${serve}`);
  const command = addServeFlags(new Command('serve').exitOverride().option('--root <folder>').option('--json'));
  return command.parse(flags, { from: 'user' }).opts();
}

for (const folder of FOLDERS) {
  peerTest(['kustomize'], `deploy/${folder}: every name that an object uses is there`, async (t) => {
    const { objects, set, pod, container, services } = await built(folder);
    const names = (kind: string) =>
      objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    for (const { kind, metadata } of objects) {
      if (kind !== 'Namespace') t.deepEqual([metadata.namespace], names('Namespace'), `${kind} ${metadata.name}`);
    }
    t.deepEqual(names('ServiceAccount'), [pod.serviceAccountName]);
    t.true(names('Service').includes(set.serviceName));
    const secrets = await secretsOfDocs(t);
    for (const { configMap, secret } of pod.volumes) {
      if (configMap !== undefined) t.true(names('ConfigMap').includes(configMap.name), configMap.name);
      if (secret !== undefined) t.true(secrets.has(secret.secretName), `docs/registry.md makes ${secret.secretName}`);
    }
    const volumes = [
      ...pod.volumes.map(({ name }) => name),
      ...set.volumeClaimTemplates.map(({ metadata }) => metadata.name),
    ];
    t.deepEqual(container.volumeMounts?.map(({ name }) => name).toSorted(), volumes.toSorted());
    const ports = container.ports?.map(({ name }) => name) ?? [];
    for (const { metadata, spec } of services) {
      for (const { targetPort } of spec.ports) t.true(ports.includes(targetPort), `${metadata.name} ${targetPort}`);
      t.like(set.template.metadata.labels, spec.selector);
    }
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      const { httpGet } = container[probe] as { httpGet: { path: string; port: string } };
      t.true(ports.includes(httpGet.port), probe);
    }
  });

  peerTest(['kustomize'], `deploy/${folder}: thaw takes the arguments, and they name what is mounted`, async (t) => {
    const { container, pod, access } = await built(folder);
    const flags = parsedArgs(container);
    const options = registryOptions(flags);
    const mountOf = (path = '') =>
      container.volumeMounts?.find(({ mountPath }) => path.startsWith(`${mountPath}/`))?.name;
    t.is(mountOf(flags.root), 'data');
    t.is(mountOf(options.tls?.certificate), 'tls');
    t.is(mountOf(options.tls?.key), 'tls');
    t.is(mountOf(options.access), 'access');
    t.is(mountOf(parseAccess('access.yaml', access).htpasswd), 'credentials');
    const ports = Object.fromEntries(container.ports?.map(({ name, containerPort }) => [name, containerPort]) ?? []);
    t.deepEqual(ports, { registry: options.port, metrics: options.metrics?.port });
    t.true(pod.terminationGracePeriodSeconds * 1000 > flags.grace, 'it may use its grace');
  });

  peerTest(
    ['kustomize', 'openssl'],
    `deploy/${folder}: the container's command serves, and its probes agree`,
    async (t) => {
      const { container, access } = await built(folder);
      const home = await temporaryFolder(t);
      const { certificate, key, ca } = await makeCertificates(t);
      await writeFile(join(home, 'htpasswd'), await htpasswdOf({ converter: 'c', node: 'n', admin: 'a' }));
      await writeFile(join(home, 'access.yaml'), access.replace('/etc/thaw/credentials/htpasswd', 'htpasswd'));
      const places: Readonly<Record<string, string>> = {
        '/var/lib/thaw/registry': join(home, 'data'),
        '/etc/thaw/tls/tls.crt': certificate,
        '/etc/thaw/tls/tls.key': key,
        '/etc/thaw/access/access.yaml': join(home, 'access.yaml'),
      };
      const args = (container.args ?? []).map((arg) =>
        arg
          .replace(/0\.0\.0\.0:\d+$/, '0.0.0.0:0')
          .replace(/=(\/.*)$/, (_, path: string) => `=${places[path] ?? path}`),
      );
      const served = execa(process.execPath, [CLI, ...args], { reject: false });
      t.teardown(() => served.kill('SIGKILL'));
      const said = await firstLine(served.stdout);
      const local = (url: string) => url.replace('0.0.0.0', '127.0.0.1');
      const { url, metricsUrl } = JSON.parse(said);
      for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        const { httpGet } = container[probe] as { httpGet: { path: string } };
        t.is((await fetch(`${local(metricsUrl)}${httpGet.path}`)).status, 200, probe);
      }
      const dispatcher = new Agent({ connect: { ca: await readFile(ca) } });
      t.teardown(() => dispatcher.close());
      const pull = (headers: Record<string, string>) =>
        request(`${local(url)}/v2/checkpoints/x/tags/list`, { headers, dispatcher });
      t.is((await pull({})).statusCode, 401);
      t.is((await pull(basic('node', 'n'))).statusCode, 404);
      served.kill('SIGTERM');
      t.is((await served).exitCode, 0);
    },
  );
}

async function firstLine(stream: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text;
}

/** The secrets that the commands in the documentation make, with the keys that they put into them. */
async function secretsOfDocs(t: ExecutionContext): Promise<Map<string, string>> {
  const docs = (await readFile(join(PROJECT, 'docs/registry.md'), 'utf8')).replaceAll('\\\n', ' ');
  const commands = docs.matchAll(/kubectl (?:-n|--namespace) thaw-registry create secret (tls|generic) (\S+) (.*)/g);
  const secrets = new Map([...commands].map(([, kind, name = '', rest = '']) => [name, `${kind} ${rest}`]));
  t.regex(secrets.get('thaw-registry-tls') ?? '', /^tls .*--cert.*--key/);
  t.regex(secrets.get('thaw-registry-credentials') ?? '', /--from-file[= ]htpasswd/);
  return secrets;
}

peerTest(
  ['kustomize'],
  'the base breaks the restricted standard by its host port alone, the overlay nodeport not at all',
  async (t) => {
    const [base, nodeport] = [await built('registry'), await built('registry/overlays/nodeport')];
    t.deepEqual(restrictedViolations(base.pod), ['registry: hostPort']);
    t.deepEqual(restrictedViolations(nodeport.pod), []);
    const enforced = ({ objects }: Built) =>
      objects.find(({ kind }) => kind === 'Namespace')?.metadata.labels?.['pod-security.kubernetes.io/enforce'];
    t.is(enforced(base), 'privileged');
    t.is(enforced(nodeport), 'restricted');
    t.true(nodeport.container.securityContext?.readOnlyRootFilesystem);
    const open = nodeport.services.filter(({ spec }) => spec.ports.some(({ nodePort }) => nodePort !== undefined));
    t.deepEqual(
      open.map(({ metadata }) => metadata.name),
      ['thaw-registry'],
      'metrics stay inside',
    );
  },
);

test('the check of the restricted standard sees what it should', (t) => {
  const bare = { containers: [{ name: 'c', image: 'i' }] };
  t.deepEqual(restrictedViolations(bare), [
    'c: allowPrivilegeEscalation',
    'c: runAsNonRoot',
    'c: seccompProfile',
    'c: capabilities.drop',
  ]);
  const bad = { hostNetwork: true, volumes: [{ name: 'v', hostPath: {} }], containers: [] };
  t.deepEqual(restrictedViolations(bad), ['hostNetwork', 'volume hostPath']);
});

test('the Containerfile runs as the user of the pod and copies what is there', async (t) => {
  const containerfile = await readFile(join(PROJECT, 'deploy/registry/Containerfile'), 'utf8');
  const [set] =
    (await readFile(join(PROJECT, 'deploy/registry/base/stateful-set.yaml'), 'utf8')).match(/runAsUser: \d+/) ?? [];
  t.regex(containerfile, new RegExp(`^USER ${set?.split(' ')[1]}:`, 'm'));
  for (const [, sources = ''] of containerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)) {
    for (const source of sources.split(' ')) await t.notThrowsAsync(look(join(PROJECT, source)), source);
  }
  t.regex(containerfile, /^ENTRYPOINT \["node", "\/opt\/thaw\/dist\/cli\.js"\]$/m);
});
