import { readFile } from 'node:fs/promises';
import { ThawError } from '../../errors.ts';
import type { OwnPrograms } from '../../node/programs.ts';
import { embedded } from '../../service/embedded.ts';

const FRONT = new URL('../../runtime/front/thaw-runtime.sh', import.meta.url);

/**
 * What thaw brings to a node: the executable that is named, or this program where it is one, and the front. Throws
 * NODE_EXECUTABLE_NEEDED where this is thaw run by a Node.js, which nodes do not have.
 */
export async function ownPrograms(executable?: string): Promise<OwnPrograms> {
  const front = embedded('thaw-runtime.sh');
  const program = executable ?? (front === undefined ? undefined : process.execPath);
  if (program === undefined) {
    throw new ThawError('NODE_EXECUTABLE_NEEDED', {
      message: 'nodes have no Node.js, and this thaw is run by one',
      next: 'make the one executable with npm run build:executable and run that, or name it with --executable <file>',
    });
  }
  return { executable: program, front: front ?? (await readFile(FRONT, 'utf8')) };
}
