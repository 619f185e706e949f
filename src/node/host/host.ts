import { resolve } from 'node:path';
import { resolveInside } from './resolve.ts';
import { type Run, runIn } from './run.ts';

/** The machine that is a node: this one, or one whose root is mounted at a folder, as a DaemonSet mounts it. */
export interface Host {
  readonly root: string;
  /** Where a path of that machine is found from here; links lead no further than its root. */
  at(path: string): Promise<string>;
  /** Runs one of its programs in its root. */
  readonly run: Run;
}

/** The machine below a root; `run` stands in for its programs where there are none. */
export function hostAt(root = '/', run?: Run): Host {
  const folder = resolve(root);
  return { root: folder, at: (path) => resolveInside(folder, path), run: run ?? runIn(folder) };
}
