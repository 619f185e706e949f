import test from 'ava';
import { engineOf } from '../../src/checkpoint/engine.ts';
import { throwsCode } from '../helpers/throws.ts';

test('CRI-O and Podman name themselves, containerd is known by its annotations', (t) => {
  t.is(engineOf({ annotations: { 'io.container.manager': 'cri-o' } }), 'cri-o');
  t.is(engineOf({ annotations: { 'io.container.manager': 'libpod' } }), 'podman');
  t.is(engineOf({ annotations: { 'io.kubernetes.cri.container-name': 'web' } }), 'containerd');
});

const STRANGERS: readonly (Record<string, string> | undefined)[] = [
  undefined,
  {},
  { 'io.container.manager': 'docker' },
  { 'io.container.manager': 'constructor' },
  { 'io.kubernetes.cri-o.Name': 'web' },
];

for (const annotations of STRANGERS) {
  test(`no engine is told by ${JSON.stringify(annotations)}`, async (t) => {
    const error = await throwsCode(t, 'DUMP_INVALID', () => engineOf(annotations ? { annotations } : {}));
    t.is(error?.facts['where'], '/annotations');
  });
}
