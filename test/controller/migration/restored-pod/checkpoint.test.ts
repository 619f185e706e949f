import test from 'ava';
import { openArchive } from '../../../../src/builder/archive/open.ts';
import { describeCheckpoint } from '../../../../src/checkpoint/describe.ts';
import { fromMetadata } from '../../../../src/controller/migration/restored-pod/checkpoint.ts';
import { fixturePath } from '../../../helpers/fixtures.ts';
import { referenceOf } from '../../../helpers/restore.ts';
import { throwsCode } from '../../../helpers/throws.ts';

async function metadataOf(name: Parameters<typeof fixturePath>[0]) {
  const archive = await openArchive(fixturePath(name));
  try {
    return await describeCheckpoint(archive);
  } finally {
    await archive.close();
  }
}

test('a real archive becomes what a restore must know of it', async (t) => {
  t.deepEqual(fromMetadata(await metadataOf('crio-1.37/web'), referenceOf('web')), {
    container: 'web',
    reference: referenceOf('web'),
    engine: { name: 'cri-o' },
    pod: { name: 'src', namespace: 'default', uid: 'd94548b1-ee0b-4d23-b6ab-f910133fc034' },
    baseImage: {
      name: 'checkpoint-registry.local/base:1',
      id: 'f6f1f27c6a4f763818bf461d2ca1552e809a617a2575b39b2aba97bdb0268833',
      repoDigest:
        'checkpoint-registry.local/base@sha256:39902fe0b94d389bc70b168c7a995950bf6872d5a3cec6b9a33e2abb9cf473be',
    },
    requiredMounts: [
      { destination: '/data', readOnly: false, volume: { kind: 'emptyDir', name: 'data' } },
      {
        destination: '/var/run/secrets/kubernetes.io/serviceaccount',
        readOnly: true,
        volume: { kind: 'serviceAccount', name: 'kube-api-access-7nj5h' },
      },
    ],
    architecture: 'amd64',
  });
});

test('a container that was in no pod has none', async (t) => {
  t.false('pod' in fromMetadata(await metadataOf('podman/counter'), referenceOf('counter')));
});

test('a reference without a digest is refused: it could name another checkpoint tomorrow', async (t) => {
  const metadata = await metadataOf('crio/web');
  await throwsCode(t, 'REFERENCE_INVALID', () => fromMetadata(metadata, 'checkpoint-registry.local/checkpoints:web'));
});
