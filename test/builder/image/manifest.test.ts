import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import test from 'ava';
import { buildConfig } from '../../../src/builder/image/config.ts';
import { buildManifest } from '../../../src/builder/image/manifest.ts';
import { parseConfig, parseManifest } from '../../../src/builder/image/parse-image.ts';
import type { CheckpointMetadata } from '../../../src/checkpoint/metadata.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { fixturePath } from '../../helpers/fixtures.ts';

const metadata: CheckpointMetadata = {
  engine: { name: 'cri-o' },
  container: { name: 'web', id: 'c0ffee' },
  baseImage: { name: 'docker.io/library/nginx:1.27' },
  runtime: 'runc',
  checkpointedAt: '2026-11-22T07:03:11Z',
  architecture: 'arm64',
  requiredMounts: [],
  memory: { pages: 1, bytes: 4096, compressed: false },
  tcp: { listening: 0, connected: 0 },
};
const layer = {
  digest: digestOf('layer'),
  size: 1536,
  compression: 'zstd',
  segments: [{ kind: 'archive', offset: 0, length: 2048 }],
} as const;

test('the config has the checkpoint’s time and architecture, and nothing to run', (t) => {
  const config = buildConfig(metadata, [digestOf('a'), digestOf('b')]);
  t.deepEqual(JSON.parse(config.toString()), {
    created: '2026-11-22T07:03:11Z',
    architecture: 'arm64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf('a'), digestOf('b')] },
  });
  t.notThrows(() => parseConfig(config));
});

test('the manifest describes config and layers in OCI media types, with what each layer holds', (t) => {
  const config = buildConfig(metadata, [digestOf('a')]);
  const manifest = buildManifest(config, [layer], { b: '2', a: '1', B: '3' });
  t.deepEqual(JSON.parse(manifest.toString()), {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
        digest: digestOf('layer'),
        size: 1536,
        annotations: { 'dev.thaw.checkpoint.segments': '0+2048' },
      },
    ],
    annotations: { B: '3', a: '1', b: '2', 'dev.thaw.checkpoint.layer-segments': '0+2048' },
  });
  t.notThrows(() => parseManifest(manifest));
});

test('annotations stand in the order of their names, in whatever order they came', (t) => {
  const config = buildConfig(metadata, []);
  const one = buildManifest(config, [layer], { b: '2', a: '1', B: '3' });
  t.deepEqual(buildManifest(config, [layer], { B: '3', a: '1', b: '2' }), one);
  t.deepEqual(Object.keys(JSON.parse(one.toString()).annotations), [
    'B',
    'a',
    'b',
    'dev.thaw.checkpoint.layer-segments',
  ]);
});

test('two processes make the same manifest of the same archive', async (t) => {
  const print = new URL('../../helpers/print-image.ts', import.meta.url).pathname;
  for (const options of [
    ['single', 'none'],
    ['split', 'gzip'],
    ['single', 'zstd'],
  ]) {
    const run = () => promisify(execFile)(process.execPath, [print, fixturePath('crio/web'), ...options]);
    const [one, two] = await Promise.all([run(), run()]);
    t.regex(one.stdout, /^sha256:[0-9a-f]{64}\n\{"schemaVersion":2/);
    t.is(two.stdout, one.stdout);
  }
});
