import { buildPodmanRoot } from './root.ts';

// Prints where the root is, like the other scripts that build test peers.
console.log(await buildPodmanRoot((line) => console.error(line)));
