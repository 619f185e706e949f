import { type Digest, isDigest } from '../../oci/digest.ts';
import { INDEX, MANIFEST } from '../../oci/media-types.ts';

/** What a manifest says of itself; OCI image specification 1.1.1, manifest.md and image-index.md. */
export interface ManifestContent {
  /** The manifest's own `mediaType`, or the one that its shape implies; undefined where neither tells. */
  readonly mediaType: string | undefined;
  /** Whether the media type stands in the manifest. */
  readonly saysMediaType: boolean;
  /** Blobs that the repository must have: config and layers, without those that are not distributed. */
  readonly blobs: readonly Digest[];
  /** Manifests that the repository must have. */
  readonly manifests: readonly Digest[];
  readonly subject: Digest | undefined;
  /** What kind of artifact it is; a manifest without one has its config's media type. */
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
}

type Json = Readonly<Record<string, unknown>>;

/** Layers of these types need not be pushed: their bytes come from elsewhere. */
const ELSEWHERE = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/;

/** Takes a manifest apart; a text instead says why it is none. Fields that the specification does not know are passed over. */
export function readManifest(bytes: Buffer): ManifestContent | string {
  const json = parseObject(bytes);
  if (typeof json === 'string') return json;
  const fault = faultOf(json);
  if (fault !== undefined) return fault;
  const config = objectOf(json['config']);
  return {
    mediaType: textOf(json['mediaType']) ?? impliedMediaType(json),
    saysMediaType: textOf(json['mediaType']) !== undefined,
    blobs: [...digestsOf(config), ...listOf(json['layers']).filter(isDistributed).flatMap(digestsOf)],
    manifests: listOf(json['manifests']).flatMap(digestsOf),
    subject: digestsOf(objectOf(json['subject']))[0],
    artifactType: textOf(json['artifactType']) ?? textOf(config?.['mediaType']),
    annotations: json['annotations'] as Record<string, string> | undefined,
  };
}

function parseObject(bytes: Buffer): Json | string {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return objectOf(json) ?? 'it is no JSON object';
  } catch {
    return 'it is no JSON';
  }
}

function faultOf(json: Json): string | undefined {
  if (json['schemaVersion'] !== 2) return `its schemaVersion is ${JSON.stringify(json['schemaVersion'])}, not 2`;
  if (json['mediaType'] !== undefined && typeof json['mediaType'] !== 'string') return 'its mediaType is no text';
  if (!isAnnotations(json['annotations'])) return 'its annotations are no map of texts';
  return faultyDescriptor(json);
}

/** Every descriptor must have a digest: of a kind that is known, or the reference could never be checked. */
function faultyDescriptor(json: Json): string | undefined {
  for (const field of ['config', 'subject']) {
    const descriptor = json[field];
    if (descriptor !== undefined && descriptor !== null && !isDescriptor(descriptor))
      return `its ${field} has no digest`;
  }
  for (const field of ['layers', 'manifests']) {
    const list = json[field];
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) return `its ${field} are no list`;
    const at = list.findIndex((descriptor) => !isDescriptor(descriptor));
    if (at >= 0) return `number ${at} of its ${field} has no digest`;
  }
  return undefined;
}

function isDescriptor(value: unknown): boolean {
  return digestsOf(objectOf(value)).length === 1;
}

function isAnnotations(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  const annotations = objectOf(value);
  return annotations !== undefined && Object.values(annotations).every((text) => typeof text === 'string');
}

/** The specification asks for `mediaType` but does not demand it; the shape tells an index from a manifest. */
function impliedMediaType(json: Json): string | undefined {
  if (Array.isArray(json['manifests'])) return INDEX;
  return objectOf(json['config']) === undefined ? undefined : MANIFEST;
}

function isDistributed(descriptor: Json): boolean {
  return !ELSEWHERE.test(textOf(descriptor['mediaType']) ?? '');
}

function digestsOf(descriptor: Json | undefined): Digest[] {
  const digest = textOf(descriptor?.['digest']);
  return digest !== undefined && isDigest(digest) ? [digest] : [];
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(objectOf).filter((entry) => entry !== undefined) : [];
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** A text that says something; an empty one counts as missing. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
