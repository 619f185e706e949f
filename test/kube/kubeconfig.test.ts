import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { loadKubeConfig } from '../../src/kube/kubeconfig.ts';
import { temporaryFolder } from '../helpers/fixtures.ts';
import { throwsCode } from '../helpers/throws.ts';

const config = (name: string, server: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': name,
  clusters: [{ name, cluster: { server } }],
  users: [{ name, user: { token: name } }],
  contexts: [{ name, context: { cluster: name, user: name, namespace: `${name}-space` } }],
  ...more,
});

async function write(t: ExecutionContext, contents: Record<string, unknown>): Promise<(name: string) => string> {
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return (name) => join(folder, name);
}

test('a file that is named is read, and its context chosen', async (t) => {
  const two = {
    ...config('a', 'https://a'),
    contexts: [...config('a', '').contexts, { name: 'b', context: { cluster: 'a', user: 'a' } }],
  };
  const at = await write(t, { config: two });
  const first = await loadKubeConfig({ kubeconfig: at('config'), env: {} });
  t.is(first.getCurrentCluster()?.server, 'https://a');
  t.is(first.currentContext, 'a');
  const second = await loadKubeConfig({ kubeconfig: at('config'), context: 'b', env: {} });
  t.is(second.currentContext, 'b');
});

test('of the files that KUBECONFIG lists those that are there count, and the first to name something', async (t) => {
  const at = await write(t, {
    one: config('a', 'https://one'),
    two: {
      ...config('a', 'https://two'),
      clusters: [
        { name: 'a', cluster: { server: 'https://two' } },
        { name: 'b', cluster: { server: 'https://b' } },
      ],
    },
  });
  const found = await loadKubeConfig({ env: { KUBECONFIG: [at('none'), at('one'), at('two')].join(':') } });
  t.is(found.getCurrentCluster()?.server, 'https://one');
  t.is(found.getCluster('b')?.server, 'https://b');
});

test('without a word the home folder is looked into', async (t) => {
  const at = await write(t, {});
  const error = await throwsCode(t, 'KUBECONFIG_INVALID', () => loadKubeConfig({ env: { HOME: at('') } }));
  t.regex(error?.message ?? '', /looked for \S+\/\.kube\/config/);
});

const wrong = test.macro({
  async exec(t, content: unknown, context: string | undefined, words: RegExp) {
    const at = await write(t, { config: content });
    const error = await throwsCode(t, 'KUBECONFIG_INVALID', () =>
      loadKubeConfig({ kubeconfig: at('config'), context, env: {} }),
    );
    t.regex(error?.found ?? '', words);
  },
  title: (title) => `a kubeconfig ${title} is refused`,
});

test('that is empty', wrong, '', undefined, /cannot be read as a kubeconfig/);
test('that is no YAML', wrong, '{', undefined, /cannot be read as a kubeconfig/);
test(
  'whose cluster has no server',
  wrong,
  { ...config('a', ''), clusters: [{ name: 'a', cluster: {} }] },
  undefined,
  /server is missing/,
);
test(
  'without a current context',
  wrong,
  { ...config('a', 'https://a'), 'current-context': '' },
  undefined,
  /names no current context/,
);
test('without the context that is wanted', wrong, config('a', 'https://a'), 'b', /has no context b/);
test(
  'whose context names no cluster of it',
  wrong,
  { ...config('a', 'https://a'), clusters: [] },
  undefined,
  /names a cluster that/,
);

test('a file that is named and not there is refused', async (t) => {
  const at = await write(t, {});
  const error = await throwsCode(t, 'KUBECONFIG_INVALID', () => loadKubeConfig({ kubeconfig: at('no'), env: {} }));
  t.regex(error?.found ?? '', /no cannot be read as a kubeconfig: ENOENT/);
  await throwsCode(t, 'KUBECONFIG_INVALID', () => loadKubeConfig({ env: { KUBECONFIG: at('no') } }));
});
