import test from 'ava';
import fc from 'fast-check';
import { THAW } from '../../src/checkpoint/annotations.ts';
import { annotationsFor, type ImageExtra } from '../../src/checkpoint/image-annotations.ts';
import { metadataFromAnnotations } from '../../src/checkpoint/image-facts.ts';
import type { CheckpointMetadata } from '../../src/checkpoint/metadata.ts';
import { VOLUME_KINDS } from '../../src/checkpoint/required-mount.ts';
import { isThawError } from '../../src/errors.ts';
import { throwsCode } from '../helpers/throws.ts';
import { FIXTURE_METADATA } from './fixture-metadata.ts';

const EXTRA: ImageExtra = { archiveName: 'a.tar', archiveSize: 1_048_576, layers: 'split' };

for (const [name, metadata] of Object.entries(FIXTURE_METADATA)) {
  test(`the image of ${name} tells all that its archive tells`, (t) => {
    const facts = metadataFromAnnotations(annotationsFor(metadata, EXTRA));
    t.deepEqual(facts, { ...EXTRA, metadata, warnings: [] });
  });
}

const text = fc.string({ unit: 'grapheme' });

/** Some of these fields, present or absent but never undefined, as in every metadata. */
const optional = (model: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(model, { requiredKeys: [] });

const mount = fc
  .tuple(
    fc.record({ destination: text, readOnly: fc.boolean() }),
    optional({
      volume: fc
        .tuple(fc.record({ kind: fc.constantFrom(...VOLUME_KINDS) }), optional({ name: text }))
        .map(([kind, name]) => ({ ...kind, ...name })),
    }),
  )
  .map(([plain, volume]) => ({ ...plain, ...volume }));

const metadataOfAnyKind = fc
  .tuple(
    fc.record({
      engine: fc
        .tuple(fc.constantFrom('cri-o', 'containerd', 'podman'), optional({ version: text }))
        .map(([name, version]) => ({ name, ...version })),
      container: fc.record({ name: text, id: text }),
      baseImage: fc
        .tuple(fc.record({ name: text }), optional({ id: text, repoDigest: text }))
        .map(([name, rest]) => ({ ...name, ...rest })),
      runtime: text,
      checkpointedAt: text,
      architecture: text,
      requiredMounts: fc.array(mount),
      memory: fc.record({ pages: fc.maxSafeNat(), bytes: fc.maxSafeNat(), compressed: fc.boolean() }),
      tcp: fc.record({ listening: fc.nat(), connected: fc.nat() }),
    }),
    optional({ pod: fc.record({ name: text, namespace: text, uid: text }), createdAt: text }),
  )
  .map(([required, rest]) => ({ ...required, ...rest }) as CheckpointMetadata);

const extraOfAnyKind = fc.record<ImageExtra>({
  archiveName: text,
  archiveSize: fc.maxSafeNat(),
  layers: fc.constantFrom('single', 'split'),
});

test('whatever an archive says comes back from its image', (t) => {
  fc.assert(
    fc.property(metadataOfAnyKind, extraOfAnyKind, (metadata, extra) => {
      t.deepEqual(metadataFromAnnotations(annotationsFor(metadata, extra)), { ...extra, metadata, warnings: [] });
    }),
  );
});

const GOOD = annotationsFor(FIXTURE_METADATA['crio-1.37/web'], EXTRA);

const OPTIONAL = ['base.id', 'base.repo-digest', 'created', 'engine.version', 'pod.name'] as const;
const REQUIRED = Object.keys(GOOD)
  .filter((key) => key.startsWith('dev.thaw.'))
  .filter((key) => !OPTIONAL.some((name) => THAW[name] === key));

for (const key of REQUIRED) {
  test(`an image without ${key} is refused, and the annotation named`, async (t) => {
    const { [key]: _, ...rest } = GOOD;
    const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => metadataFromAnnotations(rest));
    t.is(error?.facts['annotation'], key);
  });
}

const BROKEN: readonly (readonly [name: keyof typeof THAW, values: readonly string[]])[] = [
  ['engine.name', ['docker', '', 'CRI-O']],
  ['layers', ['double', '']],
  ['memory.compressed', ['yes', '']],
  ['memory.pages', ['', '-1', '1.5', '1e3', '0x10', ' 1', '9007199254740992', '99999999999999999']],
  ['archive.size', ['many']],
  ['required-mounts', ['', '{', '{}', 'null', '[7]', '[{"destination":"/a"}]', '[{"destination":1,"readOnly":true}]']],
];

for (const [name, values] of BROKEN) {
  for (const value of values) {
    test(`${name} may not be ${JSON.stringify(value)}`, async (t) => {
      const annotations = { ...GOOD, [THAW[name]]: value };
      const error = await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => metadataFromAnnotations(annotations));
      t.is(error?.facts['annotation'], THAW[name]);
    });
  }
}

test('a newer minor format is read, what is new in it passed over, and that said', (t) => {
  const mounts = [{ destination: '/a', readOnly: false, volume: { kind: 'hologram', name: 'x' }, colour: 'red' }];
  const { metadata, warnings } = metadataFromAnnotations({
    ...GOOD,
    [THAW.format]: '1.4',
    [THAW['required-mounts']]: JSON.stringify(mounts),
    'dev.thaw.checkpoint.mood': 'good',
  });
  t.deepEqual(metadata, {
    ...FIXTURE_METADATA['crio-1.37/web'],
    requiredMounts: [{ destination: '/a', readOnly: false }],
  });
  t.deepEqual(
    warnings.map(({ code }) => code),
    ['FORMAT_NEWER'],
  );
});

test('an image of another major format is refused', async (t) => {
  await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => metadataFromAnnotations({ ...GOOD, [THAW.format]: '2' }));
});

test('no annotations at all, or names of built-in properties, are no checkpoint image', async (t) => {
  await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => metadataFromAnnotations({}));
  await throwsCode(t, 'IMAGE_NOT_CHECKPOINT', () => metadataFromAnnotations({ [THAW.format]: '1' }));
});

test('any annotations give facts or IMAGE_NOT_CHECKPOINT', (t) => {
  const changes = fc.dictionary(fc.constantFrom(...Object.keys(GOOD)), fc.oneof(text, fc.json(), fc.constant('1')));
  fc.assert(
    fc.property(changes, (changed) => {
      try {
        return metadataFromAnnotations({ ...GOOD, ...changed }).metadata !== undefined;
      } catch (error) {
        return isThawError(error, 'IMAGE_NOT_CHECKPOINT');
      }
    }),
  );
  t.pass();
});
