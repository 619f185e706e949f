import { dirname, join } from 'node:path';
import type { PlannedFile } from './files/plan.ts';
import { FRONT } from './runtime/wishes.ts';
import { HEAD } from './toml.ts';

/** Where thaw's programs are on a node: /usr is read-only on some. */
const FOLDER = dirname(FRONT);

/** What thaw itself brings. */
export interface OwnPrograms {
  /** thaw as one executable, a file of this machine. */
  readonly executable: string;
  /** The front's text (src/runtime/front/thaw-runtime.sh). */
  readonly front: string;
}

/** The programs, and the file beside the front that tells it which runc it stands for. */
export function programFiles({ executable, front }: OwnPrograms, runc: string): PlannedFile[] {
  return [
    { path: join(FOLDER, 'thaw'), content: { copyOf: executable }, mode: 0o755 },
    { path: `${FRONT}.conf`, content: `${HEAD}THAW_RUNC=${quoted(runc)}\n`, mode: 0o644 },
    { path: FRONT, content: front, mode: 0o755 },
  ];
}

/** Whether a file of thaw's is a program: containers that run under it need it to the last. */
export function isProgram(path: string): boolean {
  return dirname(path) === FOLDER;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
