import test from 'ava';
import fc from 'fast-check';
import { checkName, restoredName } from '../../../../src/controller/migration/restored-pod/name.ts';
import { restoredPod } from '../../../../src/controller/migration/restored-pod/restored-pod.ts';
import { metadataOf, request } from '../../../helpers/restore.ts';
import { throwsCode } from '../../../helpers/throws.ts';

test('a restored pod is called as its source, with -restored behind it', (t) => {
  t.is(restoredName('web-0'), 'web-0-restored');
  t.is(restoredName('a'.repeat(244)), `${'a'.repeat(244)}-restored`);
});

test('a name that would be longer than 253 characters is cut and marked', (t) => {
  t.is(restoredName('a'.repeat(245)), `${'a'.repeat(235)}-5553f055-restored`);
});

test('two long names stay two', (t) => {
  const long = 'a'.repeat(250);
  t.not(restoredName(`${long}-1`), restoredName(`${long}-2`));
});

test('the name of any pod gives a name that Kubernetes takes', (t) => {
  const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/);
  const names = fc.array(label, { minLength: 1, maxLength: 40 }).map((labels) =>
    labels
      .join('.')
      .slice(0, 253)
      .replace(/[^a-z0-9]+$/, ''),
  );
  fc.assert(
    fc.property(names, (name) => {
      t.notThrows(() => checkName(restoredName(name), '--name'));
    }),
  );
});

test('another name may be asked for', (t) => {
  t.is(metadataOf(restoredPod(request({ name: 'web-copy' })))['name'], 'web-copy');
});

for (const name of ['', 'Web', '-web', 'web-', 'web_0', 'web/0', 'we b', 'web..0', 'web\n', 'a'.repeat(254)]) {
  test(`${JSON.stringify(name.slice(0, 20))} (${name.length}) names neither pod nor node`, async (t) => {
    const asName = await throwsCode(t, 'USAGE', () => restoredPod(request({ name })));
    t.true(asName?.found.startsWith(`--name "${name}"`));
    const asNode = await throwsCode(t, 'USAGE', () => restoredPod(request({ targetNode: name })));
    t.true(asNode?.found.startsWith(`--node "${name}"`));
  });
}
