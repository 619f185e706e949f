/** The parts of the way from a checkpoint to a running process, in their order, and what each is. */
export const PHASES = {
  convert: 'thaw convert as it is into a data folder',
  push: 'what sending to a registry adds',
  apply: 'thaw pod and kubectl apply',
  schedule: 'until the pull begins: kubelet, sandbox',
  pull: 'pull and unpack the image',
  copy: 'cp of the archive',
  create: 'lay the checkpoint out for CRIU',
  restore: 'CRIU, until the next number',
} as const;

/** The name of a part. */
export type Phase = keyof typeof PHASES;

/** The names in their order. */
export const PHASE_NAMES = Object.keys(PHASES) as readonly Phase[];

/** Seconds of each part that there was. */
export type Seconds = Readonly<Partial<Record<Phase, number>>>;

/** When things happened on the way through a registry, in milliseconds of one clock. */
export interface Marks {
  /** The kubelet has answered; thaw convert starts. */
  readonly begun: number;
  /** thaw convert has ended: the image is in the registry. */
  readonly converted: number;
  /** kubectl apply has ended. */
  readonly applied: number;
  /** The runtime is asked for the checkpoint image. */
  readonly pulling: number;
  /** It has it. */
  readonly pulled: number;
  /** The container is created. */
  readonly created: number;
  /** The process writes its next number. */
  readonly running: number;
}

/**
 * The way through a registry, in parts. Conversion and push are one pass: `intoFolder`, the seconds of the same
 * conversion into a data folder on this disk, is taken for the conversion, and what is beyond it for the push.
 */
export function registryPhases(marks: Marks, intoFolder: number): Seconds {
  return split(marks.begun, [
    ['convert', Math.min(marks.begun + 1000 * intoFolder, marks.converted)],
    ['push', marks.converted],
    ['apply', marks.applied],
    ['schedule', marks.pulling],
    ['pull', marks.pulled],
    ['create', marks.created],
    ['restore', marks.running],
  ]);
}

/**
 * The seconds between each end and the one before it. They add up to the time from the begin to the last end: a part
 * that was over before its turn (the kubelet hears of a pod before kubectl has ended) takes none.
 */
export function split(begun: number, ends: readonly (readonly [phase: Phase, end: number])[]): Seconds {
  const last = ends.at(-1)?.[1] ?? begun;
  let before = begun;
  return Object.fromEntries(
    ends.map(([phase, end]) => {
      const from = before;
      before = Math.min(Math.max(from, end), Math.max(begun, last));
      return [phase, (before - from) / 1000];
    }),
  );
}

/** All parts together. */
export function total(seconds: Seconds): number {
  return PHASE_NAMES.reduce((sum, phase) => sum + (seconds[phase] ?? 0), 0);
}
