import { chmod, copyFile, mkdir, rm } from 'node:fs/promises';
import { execa } from 'execa';

// Compiles src/ into dist/, as it is packed, and makes the command executable.
const root = new URL('..', import.meta.url).pathname;
await rm(new URL('../dist', import.meta.url), { recursive: true, force: true });
await execa({ cwd: root, preferLocal: true, stdio: 'inherit' })`tsc --project tsconfig.build.json`;
// What is no TypeScript: the runtime's front, which thaw node install reads.
const front = 'runtime/front/thaw-runtime.sh';
await mkdir(new URL('../dist/runtime/front/', import.meta.url), { recursive: true });
await copyFile(new URL(`../src/${front}`, import.meta.url), new URL(`../dist/${front}`, import.meta.url));
await chmod(new URL('../dist/cli.js', import.meta.url), 0o755);
