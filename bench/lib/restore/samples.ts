import { type Seconds, total } from './phases.ts';

/** A way from the archive to a running process, and what became of each round. */
export interface Row {
  readonly name: string;
  readonly samples: readonly Seconds[];
  /** Why a round is no measurement: then none of them counts. */
  readonly failure?: string;
}

/** The round whose time is in the middle, whole, so that its parts add up. undefined where there is none. */
export function middle({ samples, failure }: Row): Seconds | undefined {
  if (failure !== undefined) return undefined;
  const sorted = samples.toSorted((a, b) => total(a) - total(b));
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
