import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { notCheckpoint } from '../../checkpoint/annotations.ts';
import type { Digest } from '../../oci/digest.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import { CONFIG, MANIFEST } from '../../oci/media-types.ts';

const DigestText = Type.Unsafe<Digest>(Type.String({ pattern: '^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$' }));
const Annotations = Type.Record(Type.String(), Type.String());
const descriptor = { digest: DigestText, size: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }) };

const Manifest = Type.Object({
  schemaVersion: Type.Literal(2),
  mediaType: Type.Literal(MANIFEST),
  config: Type.Object({ mediaType: Type.Literal(CONFIG), ...descriptor }),
  layers: Type.Array(
    Type.Object({ mediaType: Type.String(), ...descriptor, annotations: Type.Optional(Annotations) }),
    { minItems: 1, maxItems: 127 },
  ),
  annotations: Annotations,
});

const Config = Type.Object({
  created: Type.String(),
  architecture: Type.String(),
  os: Type.Literal('linux'),
  rootfs: Type.Object({ type: Type.Literal('layers'), diff_ids: Type.Array(DigestText) }),
});

/** What thaw reads of a checkpoint image's config, whichever engine wrote it. */
export type ParsedConfig = Static<typeof Config>;

/** A manifest's bytes as a checkpoint image's manifest. Throws IMAGE_NOT_CHECKPOINT, also for an index. */
export function parseManifest(bytes: Uint8Array): ImageManifest {
  const value = parse('manifest', bytes);
  if (!Value.Check(Manifest, value)) throw notCheckpoint(`its manifest ${firstError(Manifest, value)}`);
  return value as ImageManifest;
}

/** A config's bytes. Throws IMAGE_NOT_CHECKPOINT. */
export function parseConfig(bytes: Uint8Array): ParsedConfig {
  const value = parse('config', bytes);
  if (!Value.Check(Config, value)) throw notCheckpoint(`its config ${firstError(Config, value)}`);
  return value;
}

function parse(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw notCheckpoint(`its ${what} is no JSON`, {}, error);
  }
}

function firstError(schema: TSchema, value: unknown): string {
  const [error] = Value.Errors(schema, value);
  return `is wrong at ${error?.instancePath || '/'}: it ${error?.message ?? 'is not as it should be'}`;
}
