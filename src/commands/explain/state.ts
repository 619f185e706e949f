import type { FailureText } from '../../checkpoint/failures/failure.ts';
import type { ContainerState } from '../../kube/failure/container-states.ts';
import { count } from '../human.ts';

/** Reasons by which a container waits for what takes its time, not because something failed. */
const ORDINARY = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** Whether a container is on its way, as far as anybody has said: it waits, or runs and is not ready yet. */
export function isStarting({ kind, reason }: ContainerState, texts: readonly FailureText[]): boolean {
  if (texts.length > 0) return false;
  return kind === 'running' || (kind === 'waiting' && ORDINARY.has(reason));
}

/** How a container fares, in words. */
export function stateWords({ kind, well, reason, exitCode, ran, restarts }: ContainerState): string {
  const again = restarts > 0 ? `, started again ${count(restarts, 'time')}` : '';
  if (kind === 'running') return `${well ? 'running' : 'running, but not ready'}${again}`;
  if (kind === 'waiting') return `waiting: ${reason || 'nothing said yet'}${again}`;
  if (!ran) return `it never started: ${reason}${again}`;
  const why = reason === '' || reason === 'Error' ? '' : ` (${reason})`;
  return `its program ended with exit code ${exitCode}${why}${again}`;
}
