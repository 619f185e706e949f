import test from 'ava';
import { atLeast, parseEngine } from '../../../src/checkpoint/failures/engine-version.ts';

test('a node says its engine and version in one text', (t) => {
  t.deepEqual(parseEngine('containerd://2.3.7'), { name: 'containerd', version: '2.3.7' });
  t.deepEqual(parseEngine('containerd://v2.0.0-rc.1'), { name: 'containerd', version: '2.0.0-rc.1' });
  t.deepEqual(parseEngine('cri-o://1.37.0'), { name: 'cri-o', version: '1.37.0' });
  for (const text of ['', 'undefined', 'containerd', '://1', 'x://', `a://${'1'.repeat(200)}`]) {
    t.is(parseEngine(text), undefined, text);
  }
});

test('versions are compared number by number', (t) => {
  t.true(atLeast('2.4', '2.4'));
  t.true(atLeast('2.10.0', '2.4'));
  t.true(atLeast('2.4.0-beta.0', '2.4'));
  t.true(atLeast('3', '2.4'));
  t.false(atLeast('2.3.7', '2.4'));
  t.false(atLeast('2', '2.1'));
  t.false(atLeast('', '2.1'));
  t.false(atLeast('unknown', '2.1'));
});
