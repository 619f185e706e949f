import { rename, writeFile } from 'node:fs/promises';
import test from 'ava';
import { digestOf } from '../../../src/oci/digest.ts';
import { MANIFEST } from '../../../src/oci/media-types.ts';
import { accessFiles, basic, htpasswdOf } from '../../helpers/access-files.ts';
import { type Call, call } from '../../helpers/call.ts';
import { imageManifest } from '../../helpers/pushes.ts';
import { type Serving, serving } from '../../helpers/serving.ts';
import { throwsCode } from '../../helpers/throws.ts';
import { until } from '../../helpers/until.ts';

const RULES = `
  - users: [admin]
    repositories: ['**']
    allow: [pull, push, delete]
  - users: [converter]
    repositories: ['checkpoints/**']
    allow: [pull, push]
  - users: ['*']
    repositories: ['shared']
    allow: [pull]
  - anonymous: true
    repositories: ['public/**']
    allow: [pull]
`;
const USERS = { admin: 'top-secret', converter: 'hunter2', reader: 'rosebud' };
const BLOB = 'what a process remembers';
const DIGEST = digestOf(BLOB);
const REPOSITORIES = ['checkpoints/shop', 'shared', 'public/base', 'private'];

type User = keyof typeof USERS;
const as = (user: User) => basic(user, USERS[user]);

async function guarded(t: Parameters<typeof serving>[0]): Promise<Serving> {
  const { access } = await accessFiles(t, { rules: RULES, users: USERS });
  const registry = await serving(t, { access });
  for (const repository of REPOSITORIES) {
    const push = { send: `POST /v2/${repository}/blobs/uploads/?digest=${DIGEST}`, headers: as('admin'), body: BLOB };
    t.is((await call(registry.url, push)).status, 201);
    const manifest = { 'Content-Type': MANIFEST, ...as('admin') };
    const put = { send: `PUT /v2/${repository}/manifests/v1`, headers: manifest, body: imageManifest([]) };
    t.true([201, 404].includes((await call(registry.url, put)).status));
  }
  return registry;
}

/** Who asks what, and the status that it gets: 401 asks for credentials, 403 says that they do not suffice. */
const REQUESTS: readonly [user: User | undefined, send: string, status: number][] = [
  [undefined, 'GET /v2/', 401],
  ['reader', 'GET /v2/', 200],
  [undefined, `GET /v2/public/base/blobs/${DIGEST}`, 200],
  [undefined, `HEAD /v2/public/base/blobs/${DIGEST}`, 200],
  [undefined, 'POST /v2/public/base/blobs/uploads/', 401],
  [undefined, `DELETE /v2/public/base/blobs/${DIGEST}`, 401],
  [undefined, `GET /v2/private/blobs/${DIGEST}`, 401],
  [undefined, `GET /v2/not/there/blobs/${DIGEST}`, 401],
  ['reader', `GET /v2/public/base/blobs/${DIGEST}`, 200],
  ['reader', `GET /v2/shared/blobs/${DIGEST}`, 200],
  ['reader', `GET /v2/private/blobs/${DIGEST}`, 403],
  ['reader', `GET /v2/not/there/blobs/${DIGEST}`, 403],
  ['reader', 'GET /v2/private/tags/list', 403],
  ['reader', `GET /v2/private/referrers/${DIGEST}`, 403],
  ['reader', 'GET /v2/private/manifests/v1', 403],
  ['reader', 'POST /v2/shared/blobs/uploads/', 403],
  ['reader', 'PUT /v2/shared/manifests/v1', 403],
  ['reader', 'DELETE /v2/shared/manifests/v1', 403],
  ['reader', 'GET /v2/private/blobs/uploads/00000000-0000-0000-0000-000000000000', 403],
  ['reader', 'PATCH /v2/private/blobs/uploads/00000000-0000-0000-0000-000000000000', 403],
  ['converter', 'POST /v2/checkpoints/shop/blobs/uploads/', 202],
  ['converter', 'POST /v2/checkpoints/blobs/uploads/', 202],
  ['converter', 'GET /v2/checkpoints/shop/blobs/uploads/00000000-0000-0000-0000-000000000000', 404],
  ['converter', `DELETE /v2/checkpoints/shop/blobs/${DIGEST}`, 403],
  ['converter', 'POST /v2/private/blobs/uploads/', 403],
  ['admin', `DELETE /v2/checkpoints/shop/blobs/${DIGEST}`, 202],
  [undefined, 'GET /healthz', 200],
  [undefined, 'GET /readyz', 200],
  [undefined, 'GET /metrics', 401],
  ['reader', 'GET /metrics', 200],
];

for (const [user, send, status] of REQUESTS) {
  test(`${send.replace(DIGEST, '<digest>')} by ${user ?? 'nobody'} is answered with ${status}`, async (t) => {
    const { url } = await guarded(t);
    const reply = await call(url, { send, headers: user === undefined ? {} : as(user) });
    t.is(reply.status, status);
    t.is(reply.headers['www-authenticate'] !== undefined, status === 401);
    if (status === 401) t.regex(reply.headers['www-authenticate'] ?? '', /^Basic realm="[^"]+"/);
    if (!send.startsWith('HEAD') && (status === 401 || status === 403)) {
      const code = status === 401 ? 'UNAUTHORIZED' : 'DENIED';
      t.is(JSON.parse(reply.body.toString()).errors[0].code, code);
    }
  });
}

const CREDENTIALS: readonly [what: string, headers: Record<string, string>][] = [
  ['a wrong password', basic('reader', 'wrong')],
  ['an unknown user', basic('eve', 'rosebud')],
  ['an empty password', basic('reader', '')],
  ['a token', { Authorization: 'Bearer abc' }],
  ['what is no base64', { Authorization: 'Basic !' }],
];

for (const [what, headers] of CREDENTIALS) {
  test(`${what} is refused with 401, also where nobody needs credentials`, async (t) => {
    const { url } = await guarded(t);
    t.is((await call(url, { send: `GET /v2/public/base/blobs/${DIGEST}`, headers })).status, 401);
  });
}

test('empty credentials are none, as clients of containers/image send them', async (t) => {
  const { url } = await guarded(t);
  t.is((await call(url, { send: `GET /v2/public/base/blobs/${DIGEST}`, headers: basic('', '') })).status, 200);
});

test('the catalog lists what the caller may read, page by page', async (t) => {
  const { url } = await guarded(t);
  const listed = async (headers: Record<string, string>, query = '') => {
    const { body } = await call(url, { send: `GET /v2/_catalog${query}`, headers });
    return JSON.parse(body.toString()).repositories;
  };
  t.deepEqual(await listed({}), ['public/base']);
  t.deepEqual(await listed(as('reader')), ['public/base', 'shared']);
  t.deepEqual(await listed(as('converter')), ['checkpoints/shop', 'public/base', 'shared']);
  t.deepEqual(await listed(as('converter'), '?n=1&last=checkpoints/shop'), ['public/base']);
  t.is((await listed(as('admin'))).length, REPOSITORIES.length);
});

test('a blob is mounted only from where the caller may read', async (t) => {
  const { url } = await guarded(t);
  const push = { send: `POST /v2/private/blobs/uploads/?digest=${digestOf('hidden')}`, body: 'hidden' };
  t.is((await call(url, { ...push, headers: as('admin') })).status, 201);
  const mount = async (digest: string, from: string, user: User) => {
    const send = `POST /v2/checkpoints/x/blobs/uploads/?mount=${digest}${from}`;
    return (await call(url, { send, headers: as(user) })).status;
  };
  t.is(await mount(digestOf('hidden'), '&from=private', 'converter'), 202);
  t.is(await mount(digestOf('hidden'), '', 'converter'), 202);
  t.is(await mount(DIGEST, '&from=shared', 'converter'), 201);
  t.is(await mount(DIGEST, '', 'converter'), 201);
  t.is(await mount(digestOf('hidden'), '', 'admin'), 201);
});

test('without users nobody is asked for credentials, and what is not allowed is denied', async (t) => {
  const { access } = await accessFiles(t, { rules: '', users: {} });
  await writeFile(access, 'rules:\n  - anonymous: true\n    repositories: ["public/*"]\n    allow: [pull]\n');
  const { url } = await serving(t, { access });
  t.is((await call(url, { send: 'GET /v2/' })).status, 200);
  t.is((await call(url, { send: 'GET /v2/public/x/tags/list' })).status, 404);
  t.is((await call(url, { send: 'GET /v2/private/tags/list' })).status, 403);
  t.is((await call(url, { send: 'GET /metrics' })).status, 403);
});

test('changed passwords and rules are in force soon, without a restart', async (t) => {
  const files = await accessFiles(t, { rules: RULES, users: USERS });
  const { url, log } = await serving(t, { access: files.access });
  const status = async (headers: Record<string, string>) => (await call(url, { send: 'GET /v2/', headers })).status;
  t.is(await status(as('reader')), 200);
  await writeFile(`${files.htpasswd}.new`, await htpasswdOf({ ...USERS, reader: 'changed' }));
  await rename(`${files.htpasswd}.new`, files.htpasswd);
  await until(
    () => status(basic('reader', 'changed')),
    (found) => found === 200,
  );
  t.is(await status(as('reader')), 401);

  const push: Call = { send: 'POST /v2/elsewhere/blobs/uploads/', headers: as('converter') };
  t.is((await call(url, push)).status, 403);
  await writeFile(files.access, `htpasswd: htpasswd\nrules:${RULES.replace('checkpoints/**', 'elsewhere')}`);
  await until(
    async () => (await call(url, push)).status,
    (found) => found === 202,
  );
  t.regex(log(), /"what":"access".*"msg":"reloaded"/);
});

test('broken new files leave the old rules in force and are logged once, until they are whole', async (t) => {
  const files = await accessFiles(t, { rules: RULES, users: USERS });
  const { url, log } = await serving(t, { access: files.access });
  await writeFile(files.htpasswd, 'reader:not-bcrypt\n');
  await until(log, (text) => text.includes('not reloaded'));
  t.is((await call(url, { send: 'GET /v2/', headers: as('reader') })).status, 200);
  await writeFile(files.htpasswd, await htpasswdOf({ reader: 'whole' }));
  const headers = basic('reader', 'whole');
  await until(
    async () => (await call(url, { send: 'GET /v2/', headers })).status,
    (found) => found === 200,
  );
  t.is(log().match(/not reloaded/g)?.length, 1);
  t.regex(log(), /rules name users that the htpasswd file lacks/);
});

test('an access file that is not there, or names an htpasswd file that is not, stops the start', async (t) => {
  const { access } = await accessFiles(t, { rules: RULES, users: USERS });
  await throwsCode(t, 'ACCESS_INVALID', () => serving(t, { access: `${access}.missing` }));
  await writeFile(access, 'htpasswd: missing\nrules: []\n');
  const error = await throwsCode(t, 'ACCESS_INVALID', () => serving(t, { access }));
  t.is(error?.facts['field'], 'htpasswd');
});

test('a hundred requests of one user pay for one comparison, and no credential reaches the log', async (t) => {
  const { url, log } = await guarded(t);
  const send = `GET /v2/shared/blobs/${DIGEST}`;
  const replies = await Promise.all(Array.from({ length: 100 }, () => call(url, { send, headers: as('reader') })));
  t.true(replies.every(({ status }) => status === 200));
  await call(url, { send, headers: basic('reader', 'mistyped-secret') });
  await call(url, { send: 'GET /v2/?password=in-the-query', headers: as('converter') });
  await until(log, (text) => /"user":"converter"/.test(text));
  t.regex(log(), /"user":"reader"/);
  const secrets = [...Object.values(USERS), 'mistyped-secret', 'in-the-query'];
  const encoded = Object.entries(USERS).map(([user, password]) =>
    Buffer.from(`${user}:${password}`).toString('base64'),
  );
  for (const secret of [...secrets, ...encoded, 'uthorization', '$2b$']) t.false(log().includes(secret), secret);
});
