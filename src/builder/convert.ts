import { basename } from 'node:path';
import { annotationsFor } from '../checkpoint/image-annotations.ts';
import type { CheckpointMetadata } from '../checkpoint/metadata.ts';
import { type ErrorCode, ThawError, type Warning } from '../errors.ts';
import type { Compression } from '../oci/media-types.ts';
import { isTag } from '../oci/reference.ts';
import type { Target } from '../registry/target.ts';
import type { Archive } from './archive/archive.ts';
import type { ArchiveLimits } from './archive/limits.ts';
import { openArchive } from './archive/open.ts';
import { throwIfCancelled } from './cancel.ts';
import { checkArchive } from './check.ts';
import type { Engine, EngineJob, EngineResult, LayerPlanName, Progress } from './engines/engine.ts';
import { native } from './engines/native.ts';
import { defaultPlan } from './image/layer-plan.ts';
import { type Phase, startPhaseClock } from './phase-clock.ts';
import { tagFor } from './tag.ts';

export interface ConvertOptions {
  /** Path of the archive. */
  readonly archive: string;
  readonly target: Target;
  /** By default tagFor the archive's file name. */
  readonly tag?: string | undefined;
  /** By default split for large archives, single for others, for compressed ones and for buildah. */
  readonly layers?: LayerPlanName | undefined;
  /** By default as the archive's file is. */
  readonly compression?: Compression | undefined;
  readonly engine?: Engine['name'] | undefined;
  /** Codes of checks that a person lets fail. */
  readonly allow?: ReadonlySet<ErrorCode> | undefined;
  /** Moves a tag that names another image. */
  readonly replaceTag?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: Progress) => void) | undefined;
  readonly limits?: Partial<ArchiveLimits> | undefined;
}

export interface ConversionResult extends EngineResult {
  readonly tag: string;
  readonly plan: LayerPlanName;
  readonly metadata: CheckpointMetadata;
  /** Bytes of the archive, up to its end mark, uncompressed. */
  readonly bytes: number;
  readonly seconds: Readonly<Record<Phase, number>>;
}

/**
 * Makes a checkpoint image of an archive and puts it under a tag. The archive is only read. Converting the same archive
 * again with the same options finds the image there and sends nothing; a conversion that fails, or is cancelled, leaves
 * no tag and no upload session. Throws what openArchive, checkArchive, the engine and the target throw, and
 * REFERENCE_INVALID for a tag that is none, USAGE for buildah with split layers.
 */
export async function convert(options: ConvertOptions): Promise<ConversionResult> {
  const { signal, limits } = options;
  const clock = startPhaseClock(options.onProgress);
  const tag = options.tag ?? tagFor(basename(options.archive));
  if (!isTag(tag)) throw notTag(tag);
  if (options.engine === 'buildah' && options.layers === 'split') throw buildahSplits();
  throwIfCancelled(signal);
  clock.onProgress({ phase: 'scan', bytes: 0, total: 0 });
  const archive = await openArchive(options.archive, { signal, ...(limits === undefined ? {} : { limits }) });
  try {
    clock.onProgress({ phase: 'check', bytes: 0, total: archive.size });
    const { metadata, warnings } = await checkArchive(archive, options.allow ?? new Set());
    const job = jobOf(archive, metadata, { ...options, tag, onProgress: clock.onProgress });
    const engine = await engineOf(options.engine);
    const result = await engine.convert(job);
    return resultOf(job, result, warnings, clock.seconds());
  } finally {
    await archive.close();
  }
}

function jobOf(archive: Archive, metadata: CheckpointMetadata, options: ConvertOptions & { tag: string }): EngineJob {
  const { target, tag, compression, replaceTag = false, signal, onProgress } = options;
  const layers = planOf(archive, options);
  const archiveName = basename(archive.path);
  const annotations = annotationsFor(metadata, { archiveName, archiveSize: archive.size, layers });
  return { archive, metadata, annotations, tag, target, layers, compression, replaceTag, signal, onProgress };
}

/** A compressed archive goes as it is: cut, it would have to be decompressed once for each layer. */
function planOf({ compression, members, size }: Archive, { layers, engine }: ConvertOptions): LayerPlanName {
  if (layers !== undefined) return layers;
  return compression === 'none' && engine !== 'buildah' ? defaultPlan(members, size) : 'single';
}

/** execa is loaded only by those who want buildah. */
async function engineOf(name: Engine['name'] = 'native'): Promise<Engine> {
  return name === 'native' ? native : (await import('./engines/buildah.ts')).buildah;
}

function resultOf(
  { tag, layers, metadata, archive }: EngineJob,
  result: EngineResult,
  warnings: readonly Warning[],
  seconds: Record<Phase, number>,
): ConversionResult {
  const all = [...warnings, ...result.warnings];
  return { ...result, tag, plan: layers, metadata, bytes: archive.size, seconds, warnings: all };
}

function notTag(tag: string): ThawError {
  return new ThawError('REFERENCE_INVALID', {
    message: `${JSON.stringify(tag)} is no tag`,
    next: 'write at most 128 letters, digits, "_", "." and "-", and begin with a letter, a digit or "_"',
    facts: { tag },
  });
}

function buildahSplits(): ThawError {
  return new ThawError('USAGE', {
    message: 'engine buildah makes one layer, and split layers are asked for',
    next: 'leave out --layers split, or --engine buildah',
    facts: { engine: 'buildah', layers: 'split' },
  });
}
