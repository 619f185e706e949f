/** What a restored pod of method `runtime` and the thaw runtime on its node agree on. */

/** Where a container mounts its checkpoint image. */
export const CHECKPOINT_PATH = '/.thaw/checkpoint';

/**
 * The program of a container that is only ever to be restored. It exists in no image: under any other runtime the
 * container fails, so where it runs, it was restored.
 */
export const RESTORE_ONLY = '/.thaw/restore-only';

/** What a pod wants when a container that was restored starts once more; `fail` where it does not say. */
export const RESTART_CHOICES = ['fail', 'cold', 'again'] as const;

export type RestartChoice = (typeof RESTART_CHOICES)[number];

/**
 * The container's variables in which it says so. Engines hand a container's environment on to the runtime as it is, but
 * a pod's annotations only where a node is set up for it.
 */
export const RESTART_VARIABLE = 'THAW_RESTART';

/** The container's variable with what it runs when it starts cold: a JSON list, the program and its arguments. */
export const COMMAND_VARIABLE = 'THAW_COMMAND';

/** Name of the RuntimeClass, and of its handler on the nodes. */
export const RUNTIME_CLASS = 'thaw';
