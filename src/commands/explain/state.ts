import type { FailureText } from '../../checkpoint/failures/failure.ts';
import type { ContainerState } from '../../kube/failure/container-states.ts';

/** Reasons by which a container waits for what takes its time, not because something failed. */
const ORDINARY = new Set(['', 'ContainerCreating', 'PodInitializing']);

/** Whether a container is on its way, as far as anybody has said: it waits, or runs and is not ready yet. */
export function isStarting({ kind, reason }: ContainerState, texts: readonly FailureText[]): boolean {
  if (texts.length > 0) return false;
  return kind === 'running' || (kind === 'waiting' && ORDINARY.has(reason));
}

/** How a container fares, in words. */
export function stateWords({ kind, well, reason, exitCode, ran, restarts }: ContainerState): string {
  const again = restarts > 0 ? `, started again ${restarts} times` : '';
  if (kind === 'running') return `${well ? 'running' : 'running, but not ready'}${again}`;
  if (kind === 'waiting') return `waiting: ${reason || 'nothing said yet'}${again}`;
  const how = ran ? `its program ended by itself with exit code ${exitCode}` : `it never started: ${reason}`;
  return `${how}${again}`;
}
