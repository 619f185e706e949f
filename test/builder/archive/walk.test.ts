import test from 'ava';
import fc from 'fast-check';
import { createFeed } from '../../../src/builder/archive/feed.ts';
import { ARCHIVE_LIMITS, type ArchiveLimits } from '../../../src/builder/archive/limits.ts';
import type { ByteRange } from '../../../src/builder/archive/walk.ts';
import { walk } from '../../../src/builder/archive/walk.ts';
import type { Member, MemberType } from '../../../src/checkpoint/member.ts';
import { isThawError } from '../../../src/errors.ts';
import { headerBlock, memberBlocks, paxBlocks, paxRecord, tarOf } from '../../helpers/tar-blocks.ts';
import { throwsCode } from '../../helpers/throws.ts';

const PLACE = { path: 'a.tar' };

/** Walks bytes in memory; keeps what was asked for. */
function walkBytes(bytes: Buffer, limits: Partial<ArchiveLimits> = {}) {
  const members: Member[] = [];
  const wanted: ByteRange[] = [];
  const onMember = (member: Member): void => void members.push(member);
  const steps = walk({ place: PLACE, limits: { ...ARCHIVE_LIMITS, ...limits }, onMember });
  let step = steps.next();
  while (step.done !== true) {
    const { offset, length } = step.value;
    wanted.push(step.value);
    step = steps.next(bytes.subarray(offset, offset + length));
  }
  return { members, wanted, end: step.value };
}

test('members have the exact bytes that they take, extended headers included', (t) => {
  const long = `checkpoint/${'n'.repeat(200)}`;
  const { members, end } = walkBytes(
    tarOf(
      memberBlocks({ path: 'stats-dump' }, 'x'),
      memberBlocks({ path: '././@LongLink', flag: 'L' }, `${long}\0`),
      memberBlocks({ path: 'short' }, 'y'.repeat(513)),
      paxBlocks(paxRecord('path', 'config.dump') + paxRecord('mtime', '1.5')),
      memberBlocks({ path: 'short' }),
    ),
  );
  t.deepEqual(
    members.map(({ name, start, data, end: behind, size }) => ({ name, start, data, behind, size })),
    [
      { name: 'stats-dump', start: 0, data: 512, behind: 1024, size: 1 },
      { name: long, start: 1024, data: 2560, behind: 3584, size: 513 },
      { name: 'config.dump', start: 3584, data: 5120, behind: 5120, size: 0 },
    ],
  );
  t.is(members[2]?.mtime, 1500);
  t.is(end, 5120 + 1024);
});

test('a pax size and a pax path without the ustar prefix are what counts', (t) => {
  const blocks = [
    paxBlocks(paxRecord('size', '512') + paxRecord('path', 'b')),
    headerBlock({ path: 'a', patch: { 345: 'prefix' } }),
    Buffer.alloc(512, 'x'),
    memberBlocks({ path: 'c' }),
  ];
  t.deepEqual(
    walkBytes(tarOf(...blocks)).members.map(({ rawName, size }) => [rawName, size]),
    [
      ['b', 512],
      ['c', 0],
    ],
  );
});

test('a file that pax names has its data, although its header is named like a folder', (t) => {
  const smuggled = headerBlock({ path: 'smuggled' });
  const blocks = [paxBlocks(paxRecord('path', 'b')), memberBlocks({ path: 'a/' }, smuggled)];
  t.deepEqual(
    walkBytes(tarOf(...blocks)).members.map(({ name, type, size }) => [name, type, size]),
    [['b', 'file', 512]],
  );
});

test('data is never asked for', (t) => {
  const { wanted } = walkBytes(tarOf(memberBlocks({}, 'x'.repeat(5000)), memberBlocks({ path: 'b' }, 'y')));
  t.deepEqual(
    wanted.map(({ offset, length }) => [offset, length]),
    [
      [0, 512],
      [5632, 512],
      [6656, 512],
      [7168, 512],
    ],
  );
});

test('an archive of nothing but its end mark has no members', (t) => {
  t.deepEqual(walkBytes(tarOf()), {
    members: [],
    end: 1024,
    wanted: [
      { offset: 0, length: 512 },
      { offset: 512, length: 512 },
    ],
  });
});

const TYPES: readonly (readonly [flag: string, path: string, type: MemberType])[] = [
  ['0', 'a', 'file'],
  ['\0', 'a', 'file'],
  ['\0', 'a/', 'directory'],
  ['5', 'a', 'directory'],
  ['5', 'a/', 'directory'],
  ['0', 'a/', 'other'],
  ['1', 'a', 'hardlink'],
  ['2', 'a', 'symlink'],
  ['3', 'a', 'device'],
  ['4', 'a', 'device'],
  ['6', 'a', 'other'],
  ['7', 'a', 'other'],
  ['g', 'a', 'other'],
  ['S', 'a', 'other'],
  ['V', 'a', 'other'],
  ['M', 'a', 'other'],
  ['X', 'a', 'other'],
  ['?', 'a', 'other'],
  ['\xff', 'a', 'other'],
];

for (const [flag, path, type] of TYPES) {
  test(`flag ${JSON.stringify(flag)} with the name ${path} is of type ${type}`, (t) => {
    const [member] = walkBytes(tarOf(headerBlock({ path, flag, linkpath: 'target' }))).members;
    t.is(member?.type, type);
    t.is(member?.linkName, 'target');
  });
}

test('a global pax header is a member of type other, and says nothing about those behind it', (t) => {
  const blocks = [memberBlocks({ flag: 'g' }, paxRecord('path', 'x')), memberBlocks({ path: 'b' })];
  t.deepEqual(
    walkBytes(tarOf(...blocks)).members.map(({ type, name }) => [type, name]),
    [
      ['other', 'a'],
      ['file', 'b'],
    ],
  );
});

test('a file stored without its holes is of type other', (t) => {
  const blocks = [paxBlocks(paxRecord('GNU.sparse.major', '1')), memberBlocks({}, 'map')];
  t.is(walkBytes(tarOf(...blocks)).members[0]?.type, 'other');
});

function corrupt(what: string, ...blocks: readonly Buffer[]): void {
  test(`corrupt: ${what}`, async (t) => {
    await throwsCode(t, 'ARCHIVE_CORRUPT', () => walkBytes(tarOf(memberBlocks({ path: 'first' }), ...blocks)));
  });
}

const LONG = memberBlocks({ path: '././@LongLink', flag: 'L' }, 'long\0');
const LONG_LINK = memberBlocks({ path: '././@LongLink', flag: 'K' }, 'long\0');
const PAX = paxBlocks(paxRecord('path', 'pax') + paxRecord('linkpath', 'pax'));

corrupt('a lone zero block with a member behind it', Buffer.alloc(512), memberBlocks({ path: 'b' }));
corrupt('a block that is no header', Buffer.alloc(512, 'x'));
corrupt('a folder with data', memberBlocks({ flag: '5' }, headerBlock({ path: 'smuggled' })));
corrupt(
  'a folder of the old kind with data',
  memberBlocks({ path: 'a/', flag: '\0' }, headerBlock({ path: 'smuggled' })),
);
corrupt('a file named like a folder with data', memberBlocks({ path: 'a/' }, headerBlock({ path: 'smuggled' })));
corrupt('a hard link with data', memberBlocks({ flag: '1' }, headerBlock()));
corrupt('a symlink whose pax size is not zero', paxBlocks(paxRecord('size', '512')), memberBlocks({ flag: '2' }));
corrupt('a device with data', memberBlocks({ flag: '3' }, headerBlock()));
corrupt('two pax headers for one member', PAX, PAX, memberBlocks());
corrupt('two long names for one member', LONG, LONG, memberBlocks());
corrupt('two long links for one member', LONG_LINK, LONG_LINK, memberBlocks());
corrupt('a long name and a pax path for one member', LONG, PAX, memberBlocks());
corrupt('a pax link and a long link for one member', PAX, LONG_LINK, memberBlocks());
corrupt('an empty long name', memberBlocks({ flag: 'L' }, '\0'), memberBlocks());
corrupt('a pax header with no member behind it', PAX);
corrupt('a global header between a pax header and its member', PAX, memberBlocks({ flag: 'g' }), memberBlocks());
corrupt('a sparse map that goes on', headerBlock({ flag: 'S', patch: { 257: 'ustar  \0', 482: '\x01' } }));
corrupt('a symlink without its holes', paxBlocks(paxRecord('GNU.sparse.map', '0,0')), headerBlock({ flag: '2' }));
corrupt('an unsound pax record', paxBlocks('99 path=x\n'), memberBlocks());

test('a first block that is no header is no tar', async (t) => {
  await throwsCode(t, 'ARCHIVE_NOT_TAR', () => walkBytes(Buffer.alloc(2048, 'x')));
});

test('members beyond the limit are too many', async (t) => {
  const bytes = tarOf(...Array.from({ length: 4 }, (_, index) => memberBlocks({ path: `${index}` })));
  t.is(walkBytes(bytes, { members: 4 }).members.length, 4);
  const error = await throwsCode(t, 'ARCHIVE_TOO_MANY_MEMBERS', () => walkBytes(bytes, { members: 3 }));
  t.is(error?.facts['limit'], 3);
});

function tooLarge(what: string, limits: Partial<ArchiveLimits>, ...blocks: readonly Buffer[]): void {
  test(`too large: ${what}`, async (t) => {
    const error = await throwsCode(t, 'ARCHIVE_TOO_LARGE', () => walkBytes(tarOf(...blocks), limits));
    t.is(error?.facts['limit'], Object.values(limits)[0]);
  });
}

tooLarge('a name', { nameLength: 3 }, LONG, memberBlocks());
tooLarge('a link', { nameLength: 3 }, headerBlock({ flag: '2', linkpath: 'long' }));
tooLarge('a member', { memberSize: 4 }, memberBlocks({}, 'xxxxx'));
tooLarge('an archive', { archiveSize: 1023 }, memberBlocks({}, 'x'));
tooLarge('an extended header', { extendedHeader: 4 }, LONG, memberBlocks());
tooLarge('extended headers together', { headers: 2047 }, LONG, memberBlocks(), LONG, memberBlocks());

test('a member that ends beyond the largest archive is too large', async (t) => {
  const blocks = headerBlock({ size: 2 ** 46 });
  await throwsCode(t, 'ARCHIVE_TOO_LARGE', () => walkBytes(blocks));
});

test('a stream cut into any chunks gives the same members as reading by position', (t) => {
  const bytes = tarOf(
    memberBlocks({}, 'x'.repeat(1000)),
    LONG,
    memberBlocks({}, 'y'),
    PAX,
    memberBlocks({ flag: '5' }),
  );
  const expected = walkBytes(bytes);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1500 }), { maxLength: 12 }), (lengths) => {
      const feed = createFeed({ place: PLACE, limits: ARCHIVE_LIMITS, onMember: () => {} });
      let at = 0;
      for (const length of [...lengths, bytes.length]) {
        feed.push(bytes.subarray(at, at + length));
        at += length;
      }
      const { members, end } = feed.finish();
      t.deepEqual({ members, end }, { members: expected.members, end: expected.end });
    }),
  );
});

test('any bytes give members or one of the four faults of a walk, and members never overlap', (t) => {
  const seed = tarOf(LONG, memberBlocks({}, 'x'.repeat(700)), PAX, memberBlocks({ flag: '2', linkpath: 'b' }));
  const flips = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(flips, (changes) => {
      const bytes = Buffer.from(seed);
      for (const [offset, value] of changes) bytes[offset] = value;
      for (const offset of HEADERS) fixChecksum(bytes, offset);
      t.true(isSound(Buffer.concat([bytes, Buffer.alloc(2 ** 16)])));
    }),
    { numRuns: 500 },
  );
});

function isSound(bytes: Buffer): boolean {
  try {
    const { members } = walkBytes(bytes);
    return members.every(
      ({ start, data, end }, index) => start === (members[index - 1]?.end ?? 0) && start < data && data <= end,
    );
  } catch (error) {
    const codes = ['ARCHIVE_CORRUPT', 'ARCHIVE_NOT_TAR', 'ARCHIVE_TOO_LARGE', 'ARCHIVE_TOO_MANY_MEMBERS'] as const;
    return codes.some((code) => isThawError(error, code));
  }
}

/** Offsets of the headers in the bytes that are flipped. */
const HEADERS = [0, 1024, 2560, 3584];

/** Lets a changed header pass the checksum, so that what is behind it is tried as well. */
function fixChecksum(bytes: Buffer, offset: number): void {
  const block = bytes.subarray(offset, offset + 512);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}
