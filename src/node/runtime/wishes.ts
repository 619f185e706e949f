import type { Plan } from '../files/plan.ts';
import type { RegistryPlace } from '../registry/place.ts';

/** What somebody wants of an installation. */
export interface Wishes {
  /** Where checkpoint-registry.local is; undefined leaves the node's registries alone. */
  readonly registry?: RegistryPlace | undefined;
  /** Whether the runtime's own configuration file may be changed where there is no other way. */
  readonly editConfig?: boolean | undefined;
  /** The runc to take in place of the one that the runtime's entry names. */
  readonly runc?: string | undefined;
}

/** What a runtime must be told, and the program that its own runc entry runs. */
export interface RuntimePlan extends Omit<Plan, 'programs'> {
  readonly runc: string;
}

/** The handler's name: what a pod's RuntimeClass asks for. */
export const HANDLER = 'thaw';

/** What the runtime runs in place of runc (src/runtime/front/thaw-runtime.sh). */
export const FRONT = '/opt/thaw/bin/thaw-runtime';
