import test from 'ava';
import { ALLOWABLE, enforce } from '../../../src/checkpoint/checks/enforce.ts';
import type { Finding } from '../../../src/checkpoint/checks/finding.ts';
import type { ErrorCode } from '../../../src/errors.ts';
import { throwsCode } from '../../helpers/throws.ts';

function finding(code: ErrorCode, name = 'x'): Finding {
  return { code, message: `${name} is bad`, next: 'do not restore it', facts: { name } };
}

const NONE: ReadonlySet<ErrorCode> = new Set();

test('no findings are no warnings', (t) => {
  t.deepEqual(enforce([], NONE), []);
});

const CODES: readonly ErrorCode[] = [
  'MEMBER_NAME_UNSAFE',
  'MEMBER_TYPE_UNSAFE',
  'MEMBER_WHITEOUT',
  'MEMBER_DUPLICATE',
  'BIND_MOUNT_UNKNOWN',
  'CDI_ANNOTATION',
  'ROOTFS_DIFF_ESCAPES',
];

for (const code of CODES) {
  test(`${code} stops unless it is allowed`, async (t) => {
    const error = await throwsCode(t, code, () => enforce([finding(code)], NONE));
    t.deepEqual(error?.facts, { name: 'x', others: 0, allowable: ALLOWABLE.has(code) });
    t.is(error?.next.includes(`--allow ${code}`), ALLOWABLE.has(code));
  });
}

for (const code of ['MEMBER_NAME_UNSAFE', 'MEMBER_WHITEOUT', 'MEMBER_DUPLICATE'] as const) {
  test(`${code} cannot be allowed, since no image of it would be right`, async (t) => {
    await throwsCode(t, code, () => enforce([finding(code)], new Set([code])));
  });
}

for (const code of ['MEMBER_TYPE_UNSAFE', 'BIND_MOUNT_UNKNOWN', 'CDI_ANNOTATION', 'ROOTFS_DIFF_ESCAPES'] as const) {
  test(`${code} can be allowed, and is said`, (t) => {
    t.deepEqual(enforce([finding(code, 'a'), finding(code, 'b')], new Set([code])), [
      { code: 'CHECK_ALLOWED', message: `a is bad (${code}, allowed)`, facts: { name: 'a', check: code } },
      { code: 'CHECK_ALLOWED', message: `b is bad (${code}, allowed)`, facts: { name: 'b', check: code } },
    ]);
  });
}

test('the first finding that is not allowed is thrown, with the count of the others that are not', async (t) => {
  const findings = [
    finding('CDI_ANNOTATION', 'a'),
    finding('ROOTFS_DIFF_ESCAPES', 'b'),
    finding('CDI_ANNOTATION', 'c'),
    finding('BIND_MOUNT_UNKNOWN', 'd'),
    finding('ROOTFS_DIFF_ESCAPES', 'e'),
  ];
  const error = await throwsCode(t, 'ROOTFS_DIFF_ESCAPES', () => enforce(findings, new Set(['CDI_ANNOTATION'])));
  t.is(error?.facts['name'], 'b');
  t.is(error?.facts['others'], 2);
  t.regex(error?.message ?? '', /^b is bad; 2 more findings\. /);
  const pair = [finding('CDI_ANNOTATION', 'a'), finding('CDI_ANNOTATION', 'b')];
  t.regex((await throwsCode(t, 'CDI_ANNOTATION', () => enforce(pair, NONE)))?.message ?? '', /; 1 more finding\. /);
});

test('a code that is no check of an archive allows nothing', async (t) => {
  await throwsCode(t, 'CDI_ANNOTATION', () => enforce([finding('CDI_ANNOTATION')], new Set(['INTERNAL'])));
});
