import test from 'ava';
import { checkSpec } from '../../../src/checkpoint/checks/spec.ts';

const INSIDE = 'io.kubernetes.cri-o.Annotations';

test('ordinary annotations pass', (t) => {
  t.deepEqual(checkSpec({}), []);
  t.deepEqual(checkSpec({ annotations: { 'io.container.manager': 'cri-o', 'example.com/cdi.k8s.io': 'x' } }, {}), []);
});

for (const key of ['cdi.k8s.io/gpu', 'cdi.k8s.io/', 'CDI.k8s.io/gpu']) {
  test(`the annotation ${key} asks for host devices`, (t) => {
    const [finding, ...others] = checkSpec({ annotations: { a: 'b', [key]: 'vendor.com/gpu=all' } });
    t.is(finding?.code, 'CDI_ANNOTATION');
    t.deepEqual(finding?.facts, { file: 'spec.dump', annotation: JSON.stringify(key) });
    t.notRegex(finding?.message ?? '', /vendor/);
    t.deepEqual(others, []);
  });
}

test('the annotations that CRI-O keeps inside one are looked at, however they are written', (t) => {
  for (const json of ['{"cdi.k8s.io/gpu":"all"}', '{"a":"b","\\u0063di.k8s.io/gpu":"all"}']) {
    const [finding] = checkSpec({ annotations: { [INSIDE]: json } });
    t.is(finding?.code, 'CDI_ANNOTATION');
    t.is(finding?.facts['file'], `spec.dump, in ${INSIDE}`);
  }
});

for (const json of ['{', '', 'null', '7', '"cdi.k8s.io/gpu"', '[]']) {
  test(`${JSON.stringify(json)} holds no annotations`, (t) => {
    t.deepEqual(checkSpec({ annotations: { [INSIDE]: json } }), []);
  });
}

test('the annotations in status.dump are looked at', (t) => {
  t.is(checkSpec({}, { annotations: { 'cdi.k8s.io/gpu': 'all' } })[0]?.facts['file'], 'status.dump');
});
