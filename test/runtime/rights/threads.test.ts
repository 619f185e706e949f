import test from 'ava';
import type { Credentials } from '../../../src/checkpoint/criu/credentials.ts';
import type { BundleConfig } from '../../../src/runtime/bundle/config.ts';
import { exceedsThread } from '../../../src/runtime/rights/threads.ts';

const USUAL: Credentials = { uids: [0, 0, 0, 0], capabilities: 1n, noNewPrivileges: false, filtered: false };
type Process = NonNullable<BundleConfig['process']>;

function exceeds(
  thread: Partial<Credentials>,
  process: Process,
  linux: BundleConfig['linux'] = {},
  first = true,
): string | undefined {
  const config = { root: { path: '/r' }, process: { capabilities: { bounding: ['CAP_CHOWN'] }, ...process }, linux };
  return exceedsThread({ credentials: { ...USUAL, ...thread }, first }, config);
}

test('a thread with what its container has passes, and one with less', (t) => {
  t.is(exceeds({}, {}), undefined);
  t.is(exceeds({ capabilities: 0n, noNewPrivileges: true, filtered: true, uids: [5, 5, 5, 5] }, {}), undefined);
});

test("a capability beyond the container's is named", (t) => {
  t.is(exceeds({ capabilities: 1n | (1n << 21n) }, {}), 'has CAP_SYS_ADMIN, and the pod does not give them');
  t.regex(exceeds({}, { capabilities: {} }) ?? '', /CAP_CHOWN/);
});

test('where the pod wants a seccomp filter, each process must have one, and its other threads share it', (t) => {
  const seccomp = { defaultAction: 'SCMP_ACT_ERRNO' };
  t.regex(exceeds({}, {}, { seccomp }) ?? '', /no seccomp filter/);
  t.is(exceeds({ filtered: true }, {}, { seccomp }), undefined);
  t.is(exceeds({}, {}, { seccomp }, false), undefined);
  t.is(exceeds({}, {}, { seccomp: { defaultAction: 'SCMP_ACT_ALLOW' } }), undefined);
});

test('where no rights may be gained, each thread must be so', (t) => {
  t.regex(exceeds({}, { noNewPrivileges: true }) ?? '', /allowPrivilegeEscalation: false/);
  t.is(exceeds({ noNewPrivileges: true }, { noNewPrivileges: true }), undefined);
});

test('a container that is not root and cannot become it has no thread of root', (t) => {
  const process = { noNewPrivileges: true, user: { uid: 1000 } };
  t.regex(
    exceeds({ noNewPrivileges: true, uids: [1000, 0, 0, 0] }, process) ?? '',
    /runs as root, and the pod as user 1000/,
  );
  t.is(exceeds({ noNewPrivileges: true, uids: [1000, 1000, 1000, 1000] }, process), undefined);
  t.is(exceeds({}, { user: { uid: 1000 } }), undefined);
});
