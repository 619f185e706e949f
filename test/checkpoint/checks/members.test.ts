import test from 'ava';
import fc from 'fast-check';
import { MAX_FINDINGS } from '../../../src/checkpoint/checks/finding.ts';
import { checkMembers } from '../../../src/checkpoint/checks/members.ts';
import type { MemberType } from '../../../src/checkpoint/member.ts';
import { hardlink, member, symlink } from '../../helpers/members.ts';

function codesOf(...members: Parameters<typeof checkMembers>[0]): string[] {
  return checkMembers(members).map(({ code }) => code);
}

const SAFE: readonly (readonly string[])[] = [
  ['config.dump', 'checkpoint/', 'checkpoint/pages-1.img'],
  ['./', './config.dump', './checkpoint/', './checkpoint/core-1.img'],
  ['checkpoint/core-1.img', 'checkpoint/'],
  ['config.dump', 'Config.dump'],
  ['a..b', '..a', 'a..', '.hidden', 'wh.a', 'a.wh.b'],
  ['io.kubernetes.cri-o.LogPath', 'größe', 'with space', 'a:b'],
];

for (const names of SAFE) {
  test(`${names.join(' ')} may stand in an archive`, (t) => {
    t.deepEqual(checkMembers(names.map((name) => member(name))), []);
  });
}

const UNSAFE: Readonly<Record<string, RegExp>> = {
  '': /is empty/,
  '/': /is absolute/,
  '/etc/passwd': /is absolute/,
  '//etc/passwd': /is absolute/,
  './/etc/passwd': /is no plain path/,
  '..': /climbs/,
  '../': /climbs/,
  '../etc/passwd': /climbs/,
  './../etc/passwd': /climbs/,
  'checkpoint/../config.dump': /climbs/,
  'checkpoint/..': /climbs/,
  './.': /is no plain path/,
  '././config.dump': /is no plain path/,
  'checkpoint//core-1.img': /is no plain path/,
  'checkpoint/./core-1.img': /is no plain path/,
  'checkpoint//': /is no plain path/,
  'checkpoint\\core-1.img': /backslash/,
  'config\0.dump': /control character/,
  'config\n.dump': /control character/,
  'config\u001b[2J.dump': /control character/,
  'config\u007f.dump': /control character/,
  'config\uFFFD.dump': /no UTF-8/,
  'config\uD800.dump': /no UTF-8/,
  [`a${'/a'.repeat(2_100)}`]: /more than 4096 characters/,
};

for (const [name, why] of Object.entries(UNSAFE)) {
  test(`the member name ${JSON.stringify(name).slice(0, 40)} is unsafe`, (t) => {
    const [finding, ...others] = checkMembers([member(name)]);
    t.is(finding?.code, 'MEMBER_NAME_UNSAFE');
    t.regex(finding?.message ?? '', why);
    t.deepEqual(others, []);
  });
}

test('a file with a slash at its end is no plain path', (t) => {
  t.deepEqual(codesOf(member('config.dump/', { type: 'file' })), ['MEMBER_NAME_UNSAFE']);
});

test('only a folder may be the root', (t) => {
  t.deepEqual(codesOf(member('./', { type: 'file', name: '' })), ['MEMBER_NAME_UNSAFE']);
  t.deepEqual(codesOf(member('.', { type: 'symlink', name: '' })), ['MEMBER_NAME_UNSAFE', 'MEMBER_TYPE_UNSAFE']);
});

for (const type of ['symlink', 'hardlink', 'device', 'other'] as const satisfies readonly MemberType[]) {
  test(`a member of type ${type} is refused`, (t) => {
    const [finding] = checkMembers([member('container.log', { type })]);
    t.is(finding?.code, 'MEMBER_TYPE_UNSAFE');
    t.deepEqual(finding?.facts, { member: '"container.log"', type });
  });
}

for (const name of ['.wh.config.dump', '.wh..wh..opq', 'checkpoint/.wh.pages-1.img', '.wh.dir/file', './.wh.x']) {
  test(`${name} would be a whiteout`, (t) => {
    t.deepEqual(codesOf(member(name)), ['MEMBER_WHITEOUT']);
  });
}

const DUPLICATES: readonly (readonly string[])[] = [
  ['config.dump', 'config.dump'],
  ['config.dump', './config.dump'],
  ['checkpoint/', 'checkpoint/'],
  ['checkpoint', 'checkpoint/'],
  ['./', './/'],
];

for (const names of DUPLICATES) {
  test(`${names.join(' and ')} are one name`, (t) => {
    t.deepEqual(codesOf(member(names[0] ?? ''), member('other'), member(names[1] ?? '')), ['MEMBER_DUPLICATE']);
  });
}

test('a name that comes three times is two findings', (t) => {
  t.is(codesOf(member('a'), member('a'), member('a')).length, 2);
});

test('a file cannot be the folder of another member, wherever it stands', (t) => {
  const [finding] = checkMembers([member('a/b/c'), member('a')]);
  t.is(finding?.code, 'MEMBER_NAME_UNSAFE');
  t.is(finding?.facts['file'], 'a');
  t.deepEqual(codesOf(member('a'), member('a/b/c')), ['MEMBER_NAME_UNSAFE']);
});

test('what lies in a link is refused even where links are allowed', (t) => {
  t.deepEqual(codesOf(symlink('checkpoint', '/etc'), member('checkpoint/passwd')), [
    'MEMBER_NAME_UNSAFE',
    'MEMBER_TYPE_UNSAFE',
  ]);
  t.deepEqual(codesOf(hardlink('config.dump', '/etc/shadow')), ['MEMBER_TYPE_UNSAFE']);
});

test('one rule broken a million times is reported so often that it can be read', (t) => {
  const members = Array.from({ length: 1_000_000 }, (_, index) => member(`../${index}`));
  t.is(checkMembers(members).length, MAX_FINDINGS);
});

test('a message never carries control characters or endless names', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
      for (const { message, facts } of checkMembers([member(name), member(name)])) {
        t.notRegex(`${message}${JSON.stringify(facts)}`, /\p{Cc}|\p{Bidi_Control}/u);
        t.true(message.length < 400);
      }
    }),
  );
});

test('characters that turn the direction of a line are escaped, the old and the new ones', (t) => {
  for (const character of ['\u061c', '\u200e', '\u200f', '\u202e', '\u2066', '\u{e0001}']) {
    const [finding] = checkMembers([member(`../a${character}b`)]);
    t.false(finding?.message.includes(character));
    t.regex(finding?.message ?? '', /\.\.\/a(?:\\u[0-9a-f]{4})+b/);
  }
});

test('names that pass stay below the folder they are unpacked in', (t) => {
  const part = fc.constantFrom('a', '..', '.', '', 'b', '.wh.x', '\\', '\0');
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const name = parts.join('/');
      const passes = checkMembers([member(name)]).length === 0;
      return !passes || new URL(`file:///root/${name}`).pathname.startsWith('/root/');
    }),
  );
  t.pass();
});
