import { join } from 'node:path';

/** A restored container's files, below /run/thaw. */
export interface ContainerPaths {
  /** /run/thaw/<container ID>: there from the first step of a restore until the container is deleted. */
  readonly folder: string;
  /** The bundle that runc is given in place of the engine's. */
  readonly bundle: string;
  /** Links to CRIU's images. */
  readonly images: string;
  /** CRIU's work folder, with its log. */
  readonly work: string;
  readonly criuConfig: string;
  /** runc's log, where the engine names none. */
  readonly log: string;
  /** The process ID of the `runc restore` that was begun. */
  readonly pid: string;
  /** What `delete` must remove beyond this folder, one path a line. */
  readonly strays: string;
  /** There from the end of a restore until `start`: the process runs, and the engine takes it for created. */
  readonly awake: string;
  /** There while the container is restored, with who does it. */
  readonly restoring: string;
}

/** Where things of a container are; the front knows `<run>/<id>`, and `awake` and `restoring` in it. */
export function containerPaths(run: string, id: string): ContainerPaths {
  const folder = join(run, id);
  return {
    folder,
    bundle: join(folder, 'bundle'),
    images: join(folder, 'images'),
    work: join(folder, 'work'),
    criuConfig: join(folder, 'criu.conf'),
    log: join(folder, 'runc.log'),
    pid: join(folder, 'pid'),
    strays: join(folder, 'strays'),
    awake: join(folder, 'awake'),
    restoring: join(folder, 'restoring'),
  };
}
