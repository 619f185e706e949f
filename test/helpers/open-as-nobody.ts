// A program: opens the archive named in its argument as a user who may not read it; prints the error's code and advice.
import { openArchive } from '../../src/builder/archive/open.ts';
import { ThawError } from '../../src/errors.ts';

const NOBODY = 65_534;

if (process.getuid?.() === 0) process.setuid?.(NOBODY);
try {
  await openArchive(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof ThawError)) throw error;
  console.log(JSON.stringify(error));
}
