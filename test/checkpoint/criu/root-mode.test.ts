import test from 'ava';
import { readRootMode } from '../../../src/checkpoint/criu/root-mode.ts';
import { loadArchive } from '../../helpers/checkpoint-files.ts';
import { criuImage, message } from '../../helpers/criu-image.ts';
import { fixturePath } from '../../helpers/fixtures.ts';

const opened = (name: string, mode: number): Buffer =>
  message([1, 1], [2, 9], [3, message([1, 9], [6, Buffer.from(name)], [10, mode])]);

for (const [archive, mode] of [
  ['crio/web', 0o555],
  ['crio-1.37/web', 0o555],
  ['containerd/web', 0o755],
  ['podman/counter', 0o555],
] as const) {
  test(`the root in ${archive} had the mode 0${mode.toString(8)}`, async (t) => {
    const bytes = await (await loadArchive(fixturePath(archive))).read('checkpoint/files.img');
    t.is(readRootMode('files.img', bytes ?? Buffer.of()), mode);
  });
}

test('of the open files only the root counts, with its permission bits', (t) => {
  const image = criuImage('files', opened('/bin/web', 0o100755), message([1, 2], [2, 3]), opened('/', 0o41777));
  t.is(readRootMode('files.img', image), 0o1777);
});

test('where no process has the root open, nothing is said', (t) => {
  t.is(readRootMode('files.img', criuImage('files', opened('/data', 0o40777))), undefined);
});
