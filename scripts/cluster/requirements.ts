import { NODE_ROOT, rootFolder } from './debian-root.ts';
import { isAtLeast } from './go.ts';
import { type Machine, thisMachine } from './machine.ts';
import { isFolder } from './made-once.ts';
import { type Component, componentOf, missingPrograms, STANDARD } from './modules.ts';
import type { Settings } from './settings.ts';
import { isWorkloadBuilt, workloadGo } from './workload.ts';

/** This machine lacks something; the message says all of it at once, each with what brings it. */
export class RequirementsError extends Error {
  override readonly name = 'RequirementsError';
}

/** What is to be done on a machine. */
export interface Plan {
  /** The Go versions that what is to be compiled wants. */
  readonly compile?: readonly string[];
  /** A Debian root is to be made. */
  readonly debian?: boolean;
  /** The bed is to be run. */
  readonly run?: boolean;
}

/** The programs that each part of a plan calls, and the Debian packages that bring them. */
const PROGRAMS = {
  compile: { flock: 'util-linux', nice: 'coreutils' },
  debian: {
    'apt-get': 'apt',
    chroot: 'coreutils',
    debootstrap: 'debootstrap',
    flock: 'util-linux',
    mount: 'mount',
    nice: 'coreutils',
    setpriv: 'util-linux',
    unshare: 'util-linux',
  },
  run: {
    bash: 'bash',
    findmnt: 'util-linux',
    ip: 'iproute2',
    mount: 'mount',
    nsenter: 'util-linux',
    openssl: 'openssl',
    umount: 'mount',
    unshare: 'util-linux',
  },
} as const;

/** Throws RequirementsError when this machine lacks what it takes to build what is not built yet of these components. */
export async function checkBuild(settings: Pick<Settings, 'cache'>, components: readonly Component[]): Promise<void> {
  refuse(missing(await thisMachine(), await buildPlan(settings, components)));
}

/** Throws RequirementsError when this machine lacks what it takes to run a bed, and to build what is not built yet. */
export async function checkUp(settings: Pick<Settings, 'cache'>): Promise<void> {
  const components = await Promise.all(STANDARD.map((name) => componentOf(settings, name)));
  refuse(missing(await thisMachine(), { ...(await buildPlan(settings, components)), run: true }));
}

/** What a machine lacks for a plan, each with what to do about it. */
export function missing(machine: Machine, plan: Plan): string[] {
  if (machine.platform !== 'linux') return [`Linux: this is ${machine.platform}`];
  return [...missingHost(machine, plan), ...missingGo(machine, plan), ...missingCommands(machine, plan)];
}

function missingHost({ arch, uid, namespaces }: Machine, { debian, run }: Plan): string[] {
  if (arch !== 'x64' && arch !== 'arm64') return [`a processor of x64 or arm64: this is ${arch}`];
  if (!debian && !run) return [];
  if (uid !== 0) return ['root: run it with sudo'];
  return namespaces ? [] : ['the right to make namespaces (CAP_SYS_ADMIN): a container must be privileged'];
}

function missingGo({ go }: Machine, { compile = [] }: Plan): string[] {
  const [wanted] = compile.toSorted((a, b) => (isAtLeast(a, b) ? -1 : 1));
  if (wanted === undefined) return [];
  if (go === undefined) return [`Go ${wanted} or newer: https://go.dev/dl/`];
  if (go.fetches || isAtLeast(go.version, wanted)) return [];
  return [`Go ${wanted} or newer, and not ${go.version}: https://go.dev/dl/ (from 1.21 on, GOTOOLCHAIN=auto gets it)`];
}

function missingCommands({ has }: Machine, { compile = [], debian, run }: Plan): string[] {
  const called = {
    ...(compile.length > 0 ? PROGRAMS.compile : {}),
    ...(debian ? PROGRAMS.debian : {}),
    ...(run ? PROGRAMS.run : {}),
  };
  const lacks = Object.entries<string>(called).filter(([program]) => !has(program));
  const packages = [...new Set(lacks.map(([, name]) => name))];
  return packages.map((name) => {
    const programs = lacks.filter((pair) => pair[1] === name).map(([program]) => program);
    return `${programs.join(', ')}: apt-get install ${name}`;
  });
}

async function buildPlan(settings: Pick<Settings, 'cache'>, components: readonly Component[]): Promise<Plan> {
  const compile: string[] = [];
  for (const component of components) if ((await missingPrograms(component)).length > 0) compile.push(component.go);
  if (!(await isWorkloadBuilt(settings))) compile.push(await workloadGo());
  return { compile, debian: !(await isFolder(rootFolder(settings.cache, NODE_ROOT))) };
}

function refuse(lacks: readonly string[]): void {
  if (lacks.length === 0) return;
  throw new RequirementsError(`This machine lacks:\n${lacks.map((one) => `  ${one}`).join('\n')}`);
}
