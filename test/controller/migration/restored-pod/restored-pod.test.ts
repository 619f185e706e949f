import test from 'ava';
import fc from 'fast-check';
import { restoredPod } from '../../../../src/controller/migration/restored-pod/restored-pod.ts';
import type { Pod } from '../../../../src/kube/pod.ts';
import { BASE, checkpoint, podNamed, referenceOf, request, TOKEN_PATH } from '../../../helpers/restore.ts';

const base = { name: 'thaw-base-0', image: { reference: BASE, pullPolicy: 'IfNotPresent' } };
const requiredMounts = [
  { destination: '/data', readOnly: false },
  { destination: TOKEN_PATH, readOnly: true },
];
const WEB_0 = ['web', 'web-sidecar', 'cache'].map((container) => checkpoint(container, { requiredMounts }));

test('a pod of a StatefulSet, as kubectl prints it, becomes this restored pod', (t) => {
  const { pod } = restoredPod(request({ source: podNamed('web-0'), checkpoints: WEB_0 }));
  const common = { imagePullPolicy: 'IfNotPresent', resources: {} };
  const termination = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' };
  const probe = { failureThreshold: 3, successThreshold: 1, timeoutSeconds: 1 };
  const data = { volumeMounts: [{ mountPath: '/data', name: 'data' }] };
  t.deepEqual(pod as object, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-0-restored',
      namespace: 'shop',
      annotations: {
        'migration.source-pod': 'web-0',
        'migration.target-node': 'node-b',
        'migration.checkpoint-source': WEB_0.map(({ reference }) => reference).join(','),
        'migration.timestamp': '2026-11-22T09:30:00Z',
        'container.apparmor.security.beta.kubernetes.io/web': 'runtime/default',
        'k8s.v1.cni.cncf.io/networks': 'storage-net',
        'kubectl.kubernetes.io/default-container': 'web',
        'prometheus.io/port': '9090',
        'prometheus.io/scrape': 'true',
      },
    },
    spec: {
      nodeName: 'node-b',
      restartPolicy: 'Never',
      priorityClassName: 'shop',
      serviceAccountName: 'web',
      imagePullSecrets: [{ name: 'shop-registry' }],
      securityContext: { fsGroup: 2000 },
      hostname: 'web-0',
      subdomain: 'web',
      dnsPolicy: 'ClusterFirst',
      enableServiceLinks: true,
      tolerations: ['not-ready', 'unreachable'].map((taint) => ({
        effect: 'NoExecute',
        key: `node.kubernetes.io/${taint}`,
        operator: 'Exists',
        tolerationSeconds: 300,
      })),
      schedulerName: 'default-scheduler',
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: 'web',
          image: referenceOf('web'),
          ...common,
          env: [
            { name: 'POD_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } },
            { name: 'DEBUG', value: 'on' },
          ],
          envFrom: [{ configMapRef: { name: 'web-settings' } }],
          ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
          resources: { limits: { memory: '256Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
          ...data,
          livenessProbe: { ...probe, httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' }, periodSeconds: 10 },
          readinessProbe: { ...probe, httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' }, periodSeconds: 5 },
          ...termination,
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
        { name: 'web-sidecar', image: referenceOf('web-sidecar'), ...common, ...data, ...termination },
        { name: 'cache', image: referenceOf('cache'), ...common, ...data, ...termination },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-web-0' } }, base],
    },
  });
});

test('a pod without an owner keeps its labels; its sidecar is restored beside it', (t) => {
  const pod = { name: 'batch', namespace: 'work', uid: '1f6f4e0a-94d5-4a3e-8d7c-3f0a6f9b2222' };
  const mounts = ['/scratch', '/models', '/tmp/why'].map((destination) => ({ destination, readOnly: false }));
  const checkpoints = [checkpoint('main', { pod, requiredMounts: mounts }), checkpoint('proxy', { pod })];
  const restored = restoredPod(request({ source: podNamed('batch'), checkpoints, name: 'batch-2' }));
  t.like(restored.pod, {
    metadata: { name: 'batch-2', namespace: 'work', labels: { app: 'batch' } },
    spec: {
      activeDeadlineSeconds: 86_400,
      automountServiceAccountToken: false,
      containers: [
        { name: 'main', image: referenceOf('main'), lifecycle: { preStop: { exec: { command: ['/bin/drain'] } } } },
        { name: 'proxy', image: referenceOf('proxy'), ports: [{ containerPort: 15_001, protocol: 'TCP' }] },
      ],
    },
  });
});

test('without the source pod the restored one has what the archives tell', (t) => {
  const checkpoints = [checkpoint('web'), checkpoint('cache')];
  const container = (name: string) => ({ name, image: referenceOf(name), imagePullPolicy: 'IfNotPresent' });
  t.deepEqual(restoredPod(request({ checkpoints })).pod as object, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-0-restored',
      namespace: 'shop',
      annotations: {
        'migration.source-pod': 'web-0',
        'migration.target-node': 'node-b',
        'migration.checkpoint-source': `${referenceOf('web')},${referenceOf('cache')}`,
        'migration.timestamp': '2026-11-22T09:30:00Z',
      },
    },
    spec: {
      nodeName: 'node-b',
      restartPolicy: 'Never',
      containers: [container('web'), container('cache')],
      volumes: [base],
    },
  });
});

test('each container gets its own checkpoint, in whatever order they are given', (t) => {
  const shuffled = fc.shuffledSubarray(WEB_0, { minLength: WEB_0.length });
  fc.assert(
    fc.property(shuffled, (checkpoints) => {
      const { pod } = restoredPod(request({ source: podNamed('web-0'), checkpoints }));
      t.deepEqual(
        pod.spec?.containers.map(({ image }) => image),
        ['web', 'web-sidecar', 'cache'].map(referenceOf),
      );
    }),
    { numRuns: 10 },
  );
});

test('the source pod stays as it was, and the same request gives the same pod', (t) => {
  const source = podNamed('web-0');
  const before = structuredClone(source);
  const once = restoredPod(request({ source, checkpoints: WEB_0 }));
  t.deepEqual(source, before);
  t.is(JSON.stringify(restoredPod(request({ source, checkpoints: WEB_0 }))), JSON.stringify(once));
});

test('every field of the restored pod has exactly one decision, and none that was dropped is there', (t) => {
  const { decisions } = restoredPod(request({ source: podNamed('web-0'), checkpoints: WEB_0 }));
  const fields = decisions.map(({ field }) => field);
  t.deepEqual(fields, [...new Set(fields)]);
  t.deepEqual(
    fields.filter((field) => field.startsWith('spec.volumes')),
    ['spec.volumes[data]', 'spec.volumes[kube-api-access-7nj5h]', 'spec.volumes[thaw-base-0]'],
  );
});

test('a restored pod can be the source of the next restore', (t) => {
  const first = restoredPod(request({ source: podNamed('web-0'), checkpoints: WEB_0 })).pod;
  const moved = WEB_0.map((each) => ({ ...each, pod: { name: 'web-0-restored', namespace: 'shop', uid: 'second' } }));
  const { pod } = restoredPod(request({ source: first, checkpoints: moved, targetNode: 'node-c' }));
  t.like(pod, {
    metadata: { name: 'web-0-restored-restored' },
    spec: { nodeName: 'node-c', volumes: first.spec?.volumes },
  });
  t.is(pod.metadata?.annotations?.['migration.source-pod'], 'web-0-restored');
});

test('fields of any name and value pass or fall without breaking the pod', (t) => {
  const known = [
    '__proto__',
    'constructor',
    'toString',
    '*',
    'ownerReferences',
    'finalizers',
    'affinity',
    'tolerations',
  ];
  const name = fc.oneof(fc.string(), fc.constantFrom(...known));
  const wild = fc.dictionary(name, fc.jsonValue());
  const status = fc.dictionary(fc.constantFrom('containerStatuses', 'initContainerStatuses', 'phase'), fc.jsonValue());
  fc.assert(
    fc.property(wild, wild, wild, status, (spec, metadata, annotations, state) => {
      const source = {
        status: state,
        metadata: { ...metadata, name: 'web-0', namespace: 'shop', annotations },
        spec: { ...without(spec), containers: [{ name: 'web' }] },
      } as unknown as Pod;
      const { pod } = restoredPod(request({ source, checkpoints: [checkpoint('web', { baseImage: { name: 'bb' } })] }));
      t.like(pod, { metadata: { name: 'web-0-restored' }, spec: { nodeName: 'node-b', restartPolicy: 'Never' } });
      t.is(pod.spec?.containers[0]?.image, referenceOf('web'));
    }),
  );
});

/** Without the fields whose shape reading a source pod has checked. */
function without(spec: Record<string, unknown>): Record<string, unknown> {
  const { volumes: _volumes, initContainers: _init, containers: _containers, ...rest } = spec;
  return rest;
}
