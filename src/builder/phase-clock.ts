import type { Progress } from './engines/engine.ts';

/** The steps of a conversion, in their order. */
export type Phase = Progress['phase'];

/** Where the time of a conversion goes. */
export interface PhaseClock {
  /** Hears of progress and passes it on; a new phase ends the one before. */
  readonly onProgress: (event: Progress) => void;
  /** Seconds spent in each phase up to now. */
  seconds(): Record<Phase, number>;
}

/** Starts the clock, in the phase `scan`. */
export function startPhaseClock(onProgress?: (event: Progress) => void): PhaseClock {
  const spent: Record<Phase, number> = { scan: 0, check: 0, layers: 0, config: 0, manifest: 0 };
  let phase: Phase = 'scan';
  let since = performance.now();
  const turnTo = (next: Phase): void => {
    const now = performance.now();
    spent[phase] += (now - since) / 1000;
    phase = next;
    since = now;
  };
  return {
    onProgress: (event) => {
      if (event.phase !== phase) turnTo(event.phase);
      onProgress?.(event);
    },
    seconds: () => {
      turnTo(phase);
      return { ...spent };
    },
  };
}
