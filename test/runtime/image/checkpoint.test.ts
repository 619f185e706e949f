import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { ErrorCode } from '../../../src/errors.ts';
import { readCheckpoint } from '../../../src/runtime/image/checkpoint.ts';
import { openImage } from '../../../src/runtime/image/image.ts';
import { madeBundle } from '../../helpers/bundles.ts';
import { throwsCode } from '../../helpers/throws.ts';

for (const [name, engine, rootMode] of [
  ['containerd/web', 'containerd', 0o755],
  ['crio-1.37/web', 'cri-o', 0o555],
  ['podman/counter', 'podman', 0o555],
] as const) {
  test(`a checkpoint of ${engine} tells its engine and the mode of its root`, async (t) => {
    const { image } = await madeBundle(t, name);
    t.like(await readCheckpoint(openImage([image])), { engine, rootMode, connected: 0 });
  });
}

const HOSTILE: readonly (readonly [title: string, code: ErrorCode, make: (folder: string) => Promise<void>])[] = [
  [
    'a link in the place of the log',
    'MEMBER_TYPE_UNSAFE',
    (at) => symlink('/etc/shadow', join(at, 'io.kubernetes.cri-o.LogPath')),
  ],
  [
    "a link among CRIU's images",
    'MEMBER_TYPE_UNSAFE',
    async (at) => {
      await rm(join(at, 'checkpoint/pages-1.img'));
      await symlink('/dev/mem', join(at, 'checkpoint/pages-1.img'));
    },
  ],
  [
    'a bind mount that the container does not have',
    'BIND_MOUNT_UNKNOWN',
    (at) => writeFile(join(at, 'bind.mounts'), '[{"source":"/x","destination":"/x"}]'),
  ],
  [
    'an annotation that asks for devices',
    'CDI_ANNOTATION',
    (at) => writeFile(join(at, 'spec.dump'), '{"annotations":{"cdi.k8s.io/x":"y","io.container.manager":"cri-o"}}'),
  ],
  [
    'a deleted file outside of the root',
    'ROOTFS_DIFF_ESCAPES',
    (at) => writeFile(join(at, 'deleted.files'), '["/../../etc/passwd"]'),
  ],
  ['a dump that is none', 'DUMP_INVALID', (at) => writeFile(join(at, 'spec.dump'), 'x')],
  ['a dump of no engine', 'DUMP_INVALID', (at) => writeFile(join(at, 'spec.dump'), '{"annotations":{}}')],
  [
    "an image of CRIU's that is none",
    'CRIU_IMAGE_INVALID',
    (at) => writeFile(join(at, 'checkpoint/inventory.img'), 'x'),
  ],
  ['no inventory', 'NOT_A_CHECKPOINT', (at) => rm(join(at, 'checkpoint/inventory.img'))],
  ['no spec.dump', 'NOT_A_CHECKPOINT', (at) => rm(join(at, 'spec.dump'))],
];

for (const [title, code, make] of HOSTILE) {
  test(`${title} is ${code}`, async (t) => {
    const { image } = await madeBundle(t);
    await make(image);
    const error = await throwsCode(t, code, async () => readCheckpoint(openImage([image])));
    t.false(error?.message.includes('--allow'));
  });
}
