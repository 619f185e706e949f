import { startMachine } from '../../scripts/podman/machine.ts';
import { buildPodmanRoot } from '../../scripts/podman/root.ts';

// A process of its own that holds a machine with a program in it, says the machine's shared folder, and waits to be killed.

const machine = await startMachine({ base: await buildPodmanRoot(() => {}), files: {} });
await machine.run('sh', '-c', 'setsid sleep 1000 >/dev/null 2>&1 & mount -t tmpfs tmpfs /mnt');
console.log(machine.shared);
process.stdin.resume();
