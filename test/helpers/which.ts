import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Where a program is on PATH; undefined when it is not there. */
export function which(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
