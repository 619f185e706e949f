import type { ExecutionContext } from 'ava';
import { type Podman, type PodmanOptions, startPodman } from './podman.ts';
import { pushCounter } from './podman-counter.ts';
import { serving } from './serving.ts';
import { thawOk } from './thaw.ts';

/** What the machines of a bed call the embedded registry. */
export const LOCAL = 'checkpoint-registry.local';

/** The workload's image, in the embedded registry. */
export const COUNTER = `${LOCAL}/counter:1`;

/** Two machines and the embedded registry. */
export interface PodmanBed {
  readonly source: Podman;
  readonly target: Podman;
  /** The registry's address on this host. */
  readonly registry: string;
}

/** Starts a bed that ends with the test. Its machines know these registries beside the embedded one. */
export async function startPodmanBed(t: ExecutionContext, options: Partial<PodmanOptions> = {}): Promise<PodmanBed> {
  const registry = new URL((await serving(t)).url).host;
  const machine = { ...options, registries: { [LOCAL]: registry, ...options.registries } };
  const [source, target] = await Promise.all([startPodman(t, machine), startPodman(t, machine)]);
  await pushCounter(source, `${registry}/counter:1`);
  return { source, target, registry };
}

/** Converts an archive, and gives its image's reference as the machines write it, with tag and digest. */
export async function convert(
  archive: string,
  { registry }: Pick<PodmanBed, 'registry'>,
  tag: string,
  ...options: readonly string[]
): Promise<string> {
  const to = `${registry}/checkpoints:${tag}`;
  const printed = await thawOk(['convert', archive, '--quiet', '--to', to, ...options]);
  return printed.trim().replace(registry, LOCAL);
}
