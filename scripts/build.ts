import { chmod, rm } from 'node:fs/promises';
import { execa } from 'execa';

// Compiles src/ into dist/, as it is packed, and makes the command executable.
const root = new URL('..', import.meta.url).pathname;
await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
await execa({ cwd: root, preferLocal: true, stdio: 'inherit' })`tsc --project tsconfig.build.json`;
await chmod(new URL('../dist/cli.js', import.meta.url), 0o755);
