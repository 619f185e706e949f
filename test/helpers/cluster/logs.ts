import { lastNumber } from '../continuity.ts';
import type { Bed } from './bed.ts';

/** All that a container has written. */
export function logOf(bed: Bed, pod: string, container: string): Promise<string> {
  return bed.sh(`kubectl logs ${pod} -c ${container}`);
}

/** Waits until the workload in a container has come to a number, and gives the log up to there or further. */
export async function countTo(bed: Bed, pod: string, container: string, number: number): Promise<string> {
  const written = await logOf(bed, pod, container);
  if (lastNumber(written) >= number) return written;
  // sed ends at the number, and kubectl then because nobody reads; or kubectl first, with the container.
  const log = await bed.sh(`kubectl logs -f ${pod} -c ${container} 2>&1 | sed '/^tick ${number} /q' || [ $? = 141 ]`);
  if (lastNumber(log) < number) throw new Error(`${pod}/${container} did not come to ${number}:\n${log}`);
  return log;
}
