import { readlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

// Loaded with `--import` before a program whose syncs are to be shown missed: those of the files and folders whose path
// matches THAW_TEST_WITHOUT_SYNC do nothing.

const pattern = new RegExp(process.env['THAW_TEST_WITHOUT_SYNC'] ?? '^$');
const handle = await open('/dev/null');
const prototype: FileHandle = Object.getPrototypeOf(handle);
await handle.close();

for (const name of ['sync', 'datasync'] as const) {
  const real = prototype[name];
  prototype[name] = async function (this: FileHandle) {
    if (!pattern.test(readlinkSync(`/proc/self/fd/${this.fd}`))) await real.call(this);
  };
}
