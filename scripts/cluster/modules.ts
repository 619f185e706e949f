import { access, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goLineOf, requiredVersion } from './go-mod.ts';
import type { Settings } from './settings.ts';
import { BuildError } from './step.ts';

const CONTAINERD = {
  folder: 'containerd',
  module: 'github.com/containerd/containerd/v2',
  versionVariable: 'github.com/containerd/containerd/v2/version.Version',
  programs: {
    containerd: 'github.com/containerd/containerd/v2/cmd/containerd',
    'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
    ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
  },
} as const;

/**
 * What the bed builds from Go modules. Each has a folder in modules/ whose go.mod says its version, and nothing else
 * does. `folder` is its place in the cache; `versionVariable` is told the version when the program is linked.
 */
export const COMPONENTS = {
  etcd: {
    folder: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    versionVariable: undefined,
    programs: { etcd: 'go.etcd.io/etcd/server/v3' },
  },
  kubernetes: {
    folder: 'kubernetes',
    module: 'k8s.io/kubernetes',
    versionVariable: 'k8s.io/component-base/version.gitVersion',
    programs: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      kubelet: 'k8s.io/kubernetes/cmd/kubelet',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
    },
  },
  containerd: CONTAINERD,
  'containerd-2.4': CONTAINERD,
} as const;

/** The name of a folder in modules/. */
export type ComponentName = keyof typeof COMPONENTS;

/** What a bed is made of unless it is told otherwise. */
export const STANDARD = ['kubernetes', 'etcd', 'containerd'] as const satisfies readonly ComponentName[];

/** The name of a program that a component holds. */
export type ProgramName<Name extends ComponentName = ComponentName> = Name extends ComponentName
  ? keyof (typeof COMPONENTS)[Name]['programs']
  : never;

/** A component with what its go.mod says. */
export interface Component {
  readonly name: ComponentName;
  /** As in go.mod, with its `v`. */
  readonly version: string;
  /** The `go` line: the oldest Go that builds it. */
  readonly go: string;
  /** Its folder in modules/. */
  readonly source: string;
  /** Where its programs are, or will be: `<cache>/<folder>/<version>`. */
  readonly folder: string;
}

/** A component, as its go.mod has it. Throws BuildError when go.mod does not name the module. */
export async function componentOf({ cache }: Pick<Settings, 'cache'>, name: ComponentName): Promise<Component> {
  const source = fileURLToPath(new URL(`modules/${name}`, import.meta.url));
  const text = await readFile(join(source, 'go.mod'), 'utf8');
  const version = requiredVersion(text, COMPONENTS[name].module);
  return { name, version, go: goLineOf(text), source, folder: join(cache, COMPONENTS[name].folder, version) };
}

/** The paths of every program of these components. Throws BuildError with what is missing and how to build it. */
export async function programs<Name extends ComponentName = (typeof STANDARD)[number]>(
  settings: Pick<Settings, 'cache'>,
  names?: readonly Name[],
): Promise<Record<ProgramName<Name>, string>> {
  const components = await Promise.all((names ?? STANDARD).map((name) => componentOf(settings, name)));
  const missing = (await Promise.all(components.map(missingPrograms))).flat();
  if (missing.length > 0) throw new BuildError(`not built yet: ${missing.join(', ')}. Run: npm run cluster -- build`);
  const paths = components.flatMap((component) =>
    Object.keys(COMPONENTS[component.name].programs).map((program) => [program, join(component.folder, program)]),
  );
  return Object.fromEntries(paths);
}

/** The paths of a component's programs that are not there. */
export async function missingPrograms({ name, folder }: Component): Promise<string[]> {
  const paths = Object.keys(COMPONENTS[name].programs).map((program) => join(folder, program));
  const there = await Promise.all(
    paths.map((path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, at) => !there[at]);
}
