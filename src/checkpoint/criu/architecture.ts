import { varintField } from './field.ts';
import { firstEntry } from './image.ts';
import { imageInvalid } from './invalid.ts';

/**
 * `march` of CRIU's images/core.proto → Go's name of the architecture. CRIU runs on the little-endian kinds of POWER and
 * MIPS only.
 */
const ARCHITECTURES: ReadonlyMap<number, string> = new Map([
  [1, 'amd64'],
  [2, 'arm'],
  [3, 'arm64'],
  [4, 'ppc64le'],
  [5, 's390x'],
  [6, 'mips64le'],
  [7, 'loong64'],
  [8, 'riscv64'],
]);

/** `core_entry.mtype`, images/core.proto. */
const MTYPE = 1;

/** The CPU architecture that a core-<tid>.img was frozen on, in Go's words. Throws CRIU_IMAGE_INVALID. */
export function readArchitecture(image: string, bytes: Uint8Array): string {
  const entry = firstEntry(image, bytes, 'core');
  const machine = varintField(image, bytes, entry, MTYPE);
  const architecture = ARCHITECTURES.get(machine ?? 0);
  if (architecture !== undefined) return architecture;
  const what = machine === undefined ? 'no architecture' : `the unknown architecture ${machine}`;
  throw imageInvalid(image, entry.start, `it names ${what}`);
}
