import type { CheckpointMetadata } from '../../src/checkpoint/metadata.ts';
import type { FixtureName } from '../helpers/fixtures.ts';

type Container = CheckpointMetadata['container'];
type Rest = Omit<CheckpointMetadata, 'container' | 'createdAt' | 'checkpointedAt' | 'memory'>;

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const NO_SOCKETS = { listening: 0, connected: 0 };

const COUNTER: Rest = {
  engine: { name: 'cri-o' },
  pod: { name: 'stateful-pod', namespace: 'default', uid: '3476063c-4cce-43fc-b03f-6276aa26e6f1' },
  baseImage: {
    name: '127.0.0.1:5000/bb:2',
    id: '8a72b155bcc7772ac439426cc932237de7a761f35ac7a024282c425bb8067a8d',
    repoDigest: '127.0.0.1:5000/bb@sha256:3e96f93a0a16d38e2f87758c709d4963be74c1370e96817c4cb1e12151ae0587',
  },
  runtime: 'runc',
  architecture: 'amd64',
  requiredMounts: [],
  tcp: NO_SOCKETS,
};

/** crictl mounted folders that are no kubelet's, so their sources tell nothing. */
const SHOP: Rest = {
  ...COUNTER,
  pod: { name: 'web-0', namespace: 'shop', uid: '7d3f0a52-9d8e-4b43-8e6b-51b6f3a0c111' },
  requiredMounts: [
    { destination: '/data', readOnly: false },
    { destination: SERVICE_ACCOUNT, readOnly: true, volume: { kind: 'serviceAccount' } },
  ],
};

/** Made under a real kubelet. */
const SOURCE: Rest = {
  ...COUNTER,
  pod: { name: 'src', namespace: 'default', uid: 'd94548b1-ee0b-4d23-b6ab-f910133fc034' },
  baseImage: {
    name: 'checkpoint-registry.local/base:1',
    id: 'f6f1f27c6a4f763818bf461d2ca1552e809a617a2575b39b2aba97bdb0268833',
    repoDigest:
      'checkpoint-registry.local/base@sha256:39902fe0b94d389bc70b168c7a995950bf6872d5a3cec6b9a33e2abb9cf473be',
  },
  requiredMounts: kubeletMounts('kube-api-access-7nj5h'),
};

const CONTAINERD: Rest = {
  ...SOURCE,
  engine: { name: 'containerd' },
  pod: { name: 'counter', namespace: 'default', uid: '9ca4ebad-5555-4625-b08b-b138403c597e' },
  runtime: 'io.containerd.runc.v2',
  requiredMounts: kubeletMounts('kube-api-access-chmzr'),
};

const PODMAN: Rest = {
  engine: { name: 'podman' },
  baseImage: {
    name: 'localhost/bb:1',
    id: 'b2585bef14a098c2e86b32f57c57a9949be4f23e783200dff63fafa02c44d6d7',
  },
  runtime: 'runc',
  architecture: 'amd64',
  requiredMounts: [],
  tcp: NO_SOCKETS,
};

/** What each real archive says: names, images and times as its dumps have them, memory as large as its pages images are. */
export const FIXTURE_METADATA: Readonly<Record<FixtureName, CheckpointMetadata>> = {
  'crio/counter': {
    ...COUNTER,
    container: named('counter', '90b239f5ee0f22859f15f33594707f36f4249796ce43583764d5d964cc7acc45'),
    createdAt: '2026-11-22T06:58:22.975877602Z',
    checkpointedAt: '2026-11-22T06:58:26.130117355Z',
    memory: pages(33),
  },
  'crio/web': {
    ...SHOP,
    container: named('web', '5976928074a664b4023b1beeaf6bb8de7c52a01e8809bb8a1289ecbd5eb0e3c2'),
    createdAt: '2026-11-22T07:03:04.427862475Z',
    checkpointedAt: '2026-11-22T07:03:10.891531518Z',
    memory: pages(33),
  },
  'crio/web-sidecar': {
    ...SHOP,
    container: named('web-sidecar', 'f29e08ce8d9b395b56236bf230a7d8bb504d52882187644bc324dd3fac2cd802'),
    createdAt: '2026-11-22T07:03:04.616588621Z',
    checkpointedAt: '2026-11-22T07:03:11.101358422Z',
    memory: pages(33),
  },
  'crio-1.37/web': {
    ...SOURCE,
    container: named('web', '364cf81cd4b2e130a07b5a19d7053fe512cfde68e888b46b3a7a4dbb9bad5e5f'),
    createdAt: '2026-11-22T11:54:20.161324764Z',
    checkpointedAt: '2026-11-22T11:54:31.684896852Z',
    memory: pages(34),
  },
  'crio-1.37/web-sidecar': {
    ...SOURCE,
    container: named('web-sidecar', '291f4b6e43c27b3a65315da1b1913f445e9d51b26bfcf6a1fa5844b28761bef8'),
    createdAt: '2026-11-22T11:54:20.465656633Z',
    checkpointedAt: '2026-11-22T11:54:32.453635687Z',
    memory: pages(33),
  },
  'containerd/web': {
    ...CONTAINERD,
    container: named('web', '9c6dbe3bb4e8a81255d12efffc1247b110a52eb7d481c61b09103a25777490ba'),
    createdAt: '2026-11-22T11:38:03.236269897Z',
    checkpointedAt: '2026-11-22T11:38:07.402573715Z',
    memory: pages(33),
  },
  'containerd/web-sidecar': {
    ...CONTAINERD,
    container: named('web-sidecar', 'eae8943222e7c15def695f737f2a04fcb0be04aab7cd9ed8f043b9a67290a266'),
    createdAt: '2026-11-22T11:38:03.293442239Z',
    checkpointedAt: '2026-11-22T11:38:07.592973637Z',
    memory: pages(34),
  },
  'podman/counter': {
    ...PODMAN,
    container: named('counter', 'cb1d8c0a00d3249438ffe7e688891c8ca4b8d247370ec0bdc6f575e02e32b94a'),
    createdAt: '2026-11-22T06:49:40.973921575Z',
    checkpointedAt: '2026-11-22T06:49:45.000Z',
    memory: pages(35),
  },
  'podman/counter.gz': {
    ...PODMAN,
    container: named('counter', '4ec8e06cc1b9f1fc2269dbba4a7b474b524271f33d484460b528f843c3ded414'),
    createdAt: '2026-11-22T07:16:22.56305094Z',
    checkpointedAt: '2026-11-22T07:16:25.000Z',
    memory: pages(34),
  },
  'podman/counter.zst': {
    ...PODMAN,
    container: named('counter', '4ec8e06cc1b9f1fc2269dbba4a7b474b524271f33d484460b528f843c3ded414'),
    createdAt: '2026-11-22T07:16:22.56305094Z',
    checkpointedAt: '2026-11-22T07:16:25.000Z',
    memory: pages(35),
  },
};

function named(name: string, id: string): Container {
  return { name, id };
}

function pages(count: number): CheckpointMetadata['memory'] {
  return { pages: count, bytes: count * 4_096, compressed: false };
}

function kubeletMounts(serviceAccount: string): CheckpointMetadata['requiredMounts'] {
  return [
    { destination: '/data', readOnly: false, volume: { kind: 'emptyDir', name: 'data' } },
    { destination: SERVICE_ACCOUNT, readOnly: true, volume: { kind: 'serviceAccount', name: serviceAccount } },
  ];
}
