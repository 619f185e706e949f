import type { RestoreMethod } from '../restore.ts';
import { imageMethod } from './image.ts';
import { runtimeMethod } from './runtime.ts';

/** The restore methods by name. */
export const METHODS = { image: imageMethod, runtime: runtimeMethod } as const satisfies Record<
  RestoreMethod['name'],
  RestoreMethod
>;

/** Name of a restore method that can be asked for. */
export type MethodName = keyof typeof METHODS;
