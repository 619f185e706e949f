import test from 'ava';
import { MAX_FINDINGS } from '../../../src/checkpoint/checks/finding.ts';
import { checkRootfsDiff } from '../../../src/checkpoint/checks/rootfs-diff.ts';
import type { Member } from '../../../src/checkpoint/member.ts';
import { hardlink, member, symlink } from '../../helpers/members.ts';

const HARMLESS: Readonly<Record<string, readonly Member[]>> = {
  'files and folders': [member('etc/'), member('etc/hosts'), member('./tmp/count')],
  'a symlink out of the root that nothing passes through': [
    symlink('etc/mtab', '/proc/mounts'),
    symlink('up', '../../x'),
  ],
  'a name that climbs and stays inside': [member('a/../b')],
  'a name through a symlink that stays inside': [symlink('lib', 'usr/lib'), member('lib/x.so')],
  'a symlink that is replaced by another one': [symlink('a', '/x'), symlink('a', '/y')],
  'a hard link to a file inside': [member('a'), hardlink('b', 'a'), hardlink('c/d', './a')],
  'devices, and whiteouts of containerd': [member('dev/x', { type: 'device' }), member('etc/.wh.motd')],
  'names that only look like climbing': [member('..a/b'), member('a../b')],
  'a name that ends as a symlink elsewhere begins': [symlink('ab', '/etc'), member('a/b'), member('abc/d')],
};

for (const [title, members] of Object.entries(HARMLESS)) {
  test(`${title} may stand in rootfs-diff.tar`, (t) => {
    t.deepEqual(checkRootfsDiff(members, []), []);
  });
}

const ESCAPES: Readonly<Record<string, readonly Member[]>> = {
  'an absolute name': [member('/etc/passwd')],
  'a name that climbs': [member('../etc/passwd')],
  'a name that climbs behind a folder': [member('a/../../etc/passwd')],
  'a folder that is above the root': [member('../')],
  'a name that ends in ".."': [member('a/../..')],
  'a hard link to an absolute path': [hardlink('a', '/etc/shadow')],
  'a hard link that climbs': [hardlink('a/b', '../../etc/shadow')],
  'a hard link through a symlink': [symlink('d', '/etc'), hardlink('a', 'd/shadow')],
  'a hard link to a symlink that leads out': [symlink('d', '/etc'), hardlink('a', 'd')],
  'a name through an absolute symlink': [symlink('d', '/etc'), member('d/passwd')],
  'a name through an absolute symlink to the root': [symlink('d', '/'), member('d/etc/passwd')],
  'a name through a symlink that climbs': [symlink('a/d', '../../etc'), member('a/d/passwd')],
  'a name through two symlinks that climb together': [symlink('a', '.'), symlink('a/b', '..'), member('b/x')],
  'a name through a chain of symlinks': [symlink('a', 'b'), symlink('b', 'c'), symlink('c', '../x'), member('a/y')],
  'a name through a symlink written with dots': [symlink('./x/./d/', '/etc'), member('x/d/passwd')],
  'a name through a symlink and back': [symlink('a/b', '.'), member('a/b/../../x')],
  'a file in place of a symlink that leads out': [symlink('d', '/etc/passwd'), member('d')],
  'a folder in place of a symlink that leads out': [symlink('d', '/etc'), member('d/')],
  'a name through a hard link to a symlink': [symlink('x/a', '.'), hardlink('a', 'x/a'), member('a/../b')],
  'symlinks that go round in circles': [symlink('a', 'b'), symlink('b', 'a'), member('a/x')],
  'a symlink to itself': [symlink('a', 'a/a'), member('a/x')],
  'a symlink in place of the root': [symlink('./', '/etc')],
  'more parts than Linux would walk': [member(`a${'/a'.repeat(5_000)}`)],
};

for (const [title, members] of Object.entries(ESCAPES)) {
  test(`${title} leaves the root`, (t) => {
    const findings = checkRootfsDiff(members, []);
    t.deepEqual(
      findings.map(({ code }) => code),
      ['ROOTFS_DIFF_ESCAPES'],
    );
    t.is(findings[0]?.facts['file'], 'rootfs-diff.tar');
    t.is(
      findings[0]?.facts['name'],
      JSON.stringify(members.at(-1)?.rawName).slice(0, 200) + (title.startsWith('more') ? '..."' : ''),
    );
  });
}

test('what stands before a symlink does not pass through it', (t) => {
  t.deepEqual(checkRootfsDiff([member('d/x'), symlink('d', '/etc')], []), []);
});

test('paths in deleted.files begin at the root and may be symlinks', (t) => {
  t.deepEqual(checkRootfsDiff([symlink('d', '/etc')], ['/etc/motd', '/root', '/', '', '/d', 'tmp/x', '/a/../b']), []);
});

for (const path of ['../etc', '/../etc', '/..', '/a/../../etc', '/d/passwd', 'd/sub/file']) {
  test(`the deleted path ${path} leaves the root`, (t) => {
    const [finding, ...others] = checkRootfsDiff([symlink('d', '/etc')], ['/fine', path]);
    t.is(finding?.code, 'ROOTFS_DIFF_ESCAPES');
    t.deepEqual(finding?.facts, { file: 'deleted.files', name: JSON.stringify(path) });
    t.deepEqual(others, []);
  });
}

test('findings are not endless', (t) => {
  const members = Array.from({ length: 100_000 }, () => member('../x'));
  t.is(
    checkRootfsDiff(
      members,
      Array.from({ length: 100_000 }, () => '/../x'),
    ).length,
    MAX_FINDINGS,
  );
});
