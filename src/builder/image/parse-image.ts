import * as v from 'valibot';
import { notCheckpoint } from '../../checkpoint/annotations.ts';
import { conform, type Refuse } from '../../checkpoint/schema/conform.ts';
import { object, textMap } from '../../checkpoint/schema/shapes.ts';
import { isDigest } from '../../oci/digest.ts';
import type { ImageManifest } from '../../oci/manifest.ts';
import { CONFIG, MANIFEST } from '../../oci/media-types.ts';

const DigestText = v.pipe(v.string(), v.guard(isDigest, 'must be a sha256 or sha512 digest'));
const Size = v.pipe(v.number(), v.safeInteger('must be a whole number'), v.minValue(0));
const descriptor = { digest: DigestText, size: Size };

const Layer = object({ mediaType: v.string(), ...descriptor, annotations: v.exactOptional(textMap()) });

const Manifest = object({
  schemaVersion: v.literal(2),
  mediaType: v.literal(MANIFEST),
  config: object({ mediaType: v.literal(CONFIG), ...descriptor }),
  layers: v.pipe(
    v.array(Layer),
    v.minLength(1, 'must have a layer'),
    v.maxLength(127, 'must not have more than 127 layers'),
  ),
  annotations: textMap(),
});

const Config = object({
  created: v.string(),
  architecture: v.string(),
  os: v.literal('linux'),
  rootfs: object({ type: v.literal('layers'), diff_ids: v.array(DigestText) }),
});

/** What thaw reads of a checkpoint image's config, whichever engine wrote it. */
export type ParsedConfig = v.InferOutput<typeof Config>;

/** A manifest's bytes as a checkpoint image's manifest. Throws IMAGE_NOT_CHECKPOINT, also for an index. */
export function parseManifest(bytes: Uint8Array): ImageManifest {
  return conform(Manifest, parse('manifest', bytes), refuse('manifest'));
}

/** A config's bytes. Throws IMAGE_NOT_CHECKPOINT. */
export function parseConfig(bytes: Uint8Array): ParsedConfig {
  return conform(Config, parse('config', bytes), refuse('config'));
}

function parse(what: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw notCheckpoint(`its ${what} is no JSON`, {}, error);
  }
}

function refuse(what: string): Refuse {
  return (where, wanted) => notCheckpoint(`its ${what} is wrong at ${where}: it ${wanted}`);
}
