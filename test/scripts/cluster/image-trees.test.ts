import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { Parser, type ReadEntry } from 'tar';
import { layOutCounter, packTree } from '../../../scripts/cluster/image-trees.ts';
import { temporaryFolder } from '../../helpers/fixtures.ts';

/** `<path> <type> <mode> <owner> <time>` of each member. */
async function members(tar: Buffer): Promise<string[]> {
  const lines: string[] = [];
  const parser = new Parser({
    onReadEntry: (entry: ReadEntry) => {
      const { path, type, mode, uid = 0, gid = 0, mtime, linkpath } = entry;
      lines.push([path, type, mode?.toString(8), uid, gid, mtime?.getTime() ?? 0, linkpath].join(' ').trim());
      entry.resume();
    },
  });
  parser.end(tar);
  return lines;
}

async function layOut(folder: string): Promise<void> {
  await mkdir(join(folder, 'usr/bin'), { recursive: true });
  await writeFile(join(folder, 'usr/bin/run'), '#!/bin/sh\n', { mode: 0o755 });
  await symlink('usr/bin', join(folder, 'bin'));
}

test('a tree is packed in order, owned by root, without times, and its links are not followed', async (t) => {
  t.deepEqual(await members(await packTree(layOut)), [
    'bin SymbolicLink 755 0 0 0 usr/bin',
    'usr/ Directory 755 0 0 0',
    'usr/bin/ Directory 755 0 0 0',
    'usr/bin/run File 755 0 0 0',
  ]);
});

test('the same tree gives the same bytes, whenever it was laid out', async (t) => {
  const aged = async (folder: string) => {
    await layOut(folder);
    await utimes(join(folder, 'usr/bin/run'), 1, 1);
  };
  t.deepEqual(await packTree(layOut), await packTree(aged));
});

test("the counter's image has the program, the files that it changes, and folders to mount on", async (t) => {
  const program = join(await temporaryFolder(t), 'program');
  await writeFile(program, 'program', { mode: 0o755 });
  const lines = await members(await packTree((folder) => layOutCounter(folder, program)));
  t.true(lines.includes('bin/counter File 755 0 0 0'));
  for (const name of ['kept', 'changed', 'deleted', 'folder/inside'])
    t.true(lines.includes(`srv/${name} File 644 0 0 0`));
  for (const name of ['data', 'dev', 'etc', 'proc', 'sys', 'tmp'])
    t.true(lines.includes(`${name}/ Directory 755 0 0 0`));
});
