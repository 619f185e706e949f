import { thisMachine } from '../cluster/machine.ts';
import { missing } from '../cluster/requirements.ts';
import { buildPodmanRoot, podmanRoot } from './root.ts';

// Prints where the root is, like the other scripts that build test peers.
const lacks = (await podmanRoot()) === undefined ? missing(await thisMachine(), { debian: true }) : [];
if (lacks.length > 0) {
  console.error(`This machine lacks:\n${lacks.map((one) => `  ${one}`).join('\n')}`);
  process.exitCode = 1;
} else {
  console.log(await buildPodmanRoot((line) => console.error(line)));
}
