import { readFile } from 'node:fs/promises';
import test from 'ava';
import { parse, type TomlTable } from 'smol-toml';
import { verifyDump } from '../../../src/node/containerd/verify.ts';
import { throwsCode } from '../../helpers/throws.ts';

const RECORDED = new URL('../../fixtures/nodes/defaults/containerd-2.3.7.toml', import.meta.url);

/** The recorded dump with more text behind it. */
async function dump(more = ''): Promise<TomlTable> {
  return parse(`${await readFile(RECORDED, 'utf8')}\n${more}`);
}

const RUNTIME = "[plugins.'io.containerd.cri.v1.runtime'";
const THAW = `${RUNTIME}.containerd.runtimes.thaw]\nruntime_type = 'io.containerd.runc.v2'\n`;

test('a dump may differ by the handler, what it imports, and the folder of registries', async (t) => {
  const before = await dump();
  const after = await dump(THAW);
  after['imports'] = ['/etc/containerd/conf.d/*.toml', '/opt/*.toml'];
  t.notThrows(() => verifyDump(before, after));
  t.notThrows(() => verifyDump(after, after));
});

test('a dump without the handler is NODE_CONFIG_CLASH: the drop-in is not read', async (t) => {
  const before = await dump();
  const error = await throwsCode(t, 'NODE_CONFIG_CLASH', () => verifyDump(before, before));
  t.regex(error?.message ?? '', /does not read the handler thaw/);
});

test('a dump in which another setting changes is NODE_CONFIG_CLASH, by its name', async (t) => {
  // As containerd before 2.3 does when a drop-in is of a newer version than the main file.
  const before = await dump(`${THAW}[plugins.extra]\nkept = true\n`);
  const after = await dump(THAW);
  const error = await throwsCode(t, 'NODE_CONFIG_CLASH', () => verifyDump(before, after));
  t.deepEqual(error?.facts['changed'], ['plugins.extra']);
});
