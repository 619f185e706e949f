import { mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { debianRoot, NODE_ROOT } from './debian-root.ts';
import { goBuild } from './go.ts';
import { beside } from './made-once.ts';
import { COMPONENTS, type Component, type ComponentName, componentOf, missingPrograms, STANDARD } from './modules.ts';
import { checkBuild } from './requirements.ts';
import type { Settings } from './settings.ts';
import { type Report, step } from './step.ts';
import { workload } from './workload.ts';

/** What is built beside the standard components. */
export interface BuildOptions {
  /** `containerd-2.4`, which restores from no image, is built only for those who ask for it. */
  readonly also?: readonly ComponentName[];
}

/**
 * Builds what the bed is made of and is not there yet: Go programs, the nodes' Debian root, the workload program. Reports
 * the seconds of each step. Throws RequirementsError before anything is changed, BuildError when a step fails.
 */
export async function build(
  settings: Pick<Settings, 'cache'>,
  report: Report,
  { also = [] }: BuildOptions = {},
): Promise<void> {
  const components = await Promise.all([...STANDARD, ...also].map((name) => componentOf(settings, name)));
  await checkBuild(settings, components);
  // The root is mostly fetched, the programs mostly compiled.
  const results = await Promise.allSettled([
    buildPrograms(components, report),
    debianRoot({ ...NODE_ROOT, cache: settings.cache, report }),
    workload(settings, report),
  ]);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Builds the programs of components that are not there yet, one after the other: each keeps all cores busy. */
export async function buildPrograms(components: readonly Component[], report: Report): Promise<void> {
  for (const component of components) {
    if ((await missingPrograms(component)).length === 0) continue;
    await beside(component.folder, (half) => buildMissing(component, half, report));
  }
}

async function buildMissing(component: Component, half: string, report: Report): Promise<void> {
  const missing = (await missingPrograms(component)).map((path) => basename(path));
  if (missing.length === 0) return;
  await step(report, `${component.name} ${component.version}: ${missing.join(', ')}`, () =>
    goBuild(component.source, goArguments(component, missing, half)),
  );
  await mkdir(component.folder, { recursive: true });
  for (const program of missing) await rename(join(half, program), join(component.folder, program));
}

/** The arguments of `go build` that make these programs of a component in a folder. */
export function goArguments({ name, version }: Component, missing: readonly string[], folder: string): string[] {
  const { programs, versionVariable } = COMPONENTS[name];
  const told = versionVariable === undefined ? '' : ` -X ${versionVariable}=${version}`;
  const [only] = missing;
  // Alone a program takes any name; several take the last element of their package's path.
  const output = missing.length === 1 ? join(folder, `${only}`) : `${folder}/`;
  const packages = Object.entries<string>(programs).filter(([program]) => missing.includes(program));
  return ['-ldflags', `-s -w${told}`, '-o', output, ...packages.map(([, path]) => path)];
}
