import type { IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { credentialPlaces } from '../../../helpers/credential-places.ts';
import { type Faults, json, startFakeRegistry } from '../../../helpers/fake-registry.ts';
import { memorySource, openClient, startServer } from '../../../helpers/registry-client.ts';
import { throwsCode } from '../../../helpers/throws.ts';

const BYTES = Buffer.from('bytes');
const ALICE = { username: 'alice', password: 'wonder land' };
const BASIC = `Basic ${btoa('alice:wonder land')}`;

/** Lets only requests with this Authorization header through. */
function guard(challenge: string, allowed: (authorization: string | undefined) => boolean): Faults {
  return {
    intercept: ({ headers }, response) =>
      !allowed(headers.authorization) && response.writeHead(401, { 'www-authenticate': challenge }).end(),
  };
}

const wantsBasic = guard('Basic realm="x"', (authorization) => authorization === BASIC);

test('a registry that wants a password gets it once it has asked', async (t) => {
  const fake = await startFakeRegistry(t, wantsBasic);
  const client = await openClient(t, fake, { credentials: ALICE });
  t.false((await client.putBlob(memorySource(BYTES))).existed);
  t.deepEqual(fake.authorizations, [undefined, BASIC, BASIC, BASIC]);
});

test('a registry that wants nothing gets no credentials', async (t) => {
  const fake = await startFakeRegistry(t);
  const client = await openClient(t, fake, { credentials: ALICE });
  await client.putBlob(memorySource(BYTES));
  t.deepEqual(new Set(fake.authorizations), new Set([undefined]));
});

test('broken credentials files do not matter to a registry that wants nothing', async (t) => {
  const credentialSources = await credentialPlaces(t, { docker: 'broken' });
  const client = await openClient(t, await startFakeRegistry(t), { credentialSources });
  await t.notThrowsAsync(client.putBlob(memorySource(BYTES)));
});

test('credentials come from the files of the machine', async (t) => {
  const fake = await startFakeRegistry(t, wantsBasic);
  const auths = { [fake.registry]: { auth: btoa('alice:wonder land') } };
  const client = await openClient(t, fake, { credentialSources: await credentialPlaces(t, { docker: { auths } }) });
  t.deepEqual(await client.listTags(), []);
});

test('no credentials are UNAUTHORIZED, and the message says how to log in', async (t) => {
  const fake = await startFakeRegistry(t, wantsBasic);
  const client = await openClient(t, fake);
  const error = await throwsCode(t, 'UNAUTHORIZED', () => client.putBlob(memorySource(BYTES)));
  t.regex(error?.message ?? '', /none were found/);
  t.true(error?.next.includes(`docker login ${fake.registry}`));
});

test('wrong credentials are UNAUTHORIZED, and the message says whose and from where', async (t) => {
  const fake = await startFakeRegistry(t, wantsBasic);
  const client = await openClient(t, fake, { credentials: { username: 'bob', password: 'hunter2' } });
  const error = await throwsCode(t, 'UNAUTHORIZED', () => client.putBlob(memorySource(BYTES)));
  t.like(error?.facts, { username: 'bob', from: 'the command line' });
  t.notRegex(`${error?.stack}${JSON.stringify(error)}`, /hunter2/);
});

test('401 without a challenge is UNAUTHORIZED', async (t) => {
  const fake = await startFakeRegistry(t, { intercept: (_, response) => response.writeHead(401).end() });
  const client = await openClient(t, fake, { credentials: ALICE });
  await throwsCode(t, 'UNAUTHORIZED', () => client.hasBlob(`sha256:${'0'.repeat(64)}`));
});

test('403 is UNAUTHORIZED in other words', async (t) => {
  const fake = await startFakeRegistry(t, { intercept: (_, response) => response.writeHead(403).end() });
  const error = await throwsCode(t, 'UNAUTHORIZED', async () => (await openClient(t, fake)).listTags());
  t.regex(error?.message ?? '', /do not allow/);
});

interface TokenRequest {
  readonly method: string | undefined;
  readonly authorization: string | undefined;
  readonly query: Record<string, string[]>;
}

/** A registry with a token service: each token is good for what `accepts` says. */
async function startTokenRegistry(
  t: ExecutionContext,
  accepts: (token: number) => boolean = () => true,
  answer: (token: number) => { status?: number; body: unknown } = (token) => ({ body: { token: `t${token}` } }),
) {
  const asked: TokenRequest[] = [];
  const service = await startServer(t, async (request, response) => {
    asked.push(await readTokenRequest(request));
    const { status = 200, body } = answer(asked.length);
    json(response, status, body);
  });
  const challenge = `Bearer realm="http://${service}/token",service="reg",scope="repository:x:pull"`;
  const allowed = (authorization: string | undefined) => {
    const token = /^Bearer t(\d+)$/.exec(authorization ?? '')?.[1];
    return token !== undefined && accepts(Number(token));
  };
  return { fake: await startFakeRegistry(t, guard(challenge, allowed)), asked };
}

async function readTokenRequest(request: IncomingMessage): Promise<TokenRequest> {
  const form = Buffer.concat(await Array.fromAsync(request)).toString();
  const search = form === '' ? new URL(request.url ?? '', 'http://x').searchParams : new URLSearchParams(form);
  const query = Object.fromEntries([...search.keys()].map((key) => [key, search.getAll(key)]));
  return { method: request.method, authorization: request.headers.authorization, query };
}

test('a token is fetched with the password, once for all requests of one push', async (t) => {
  const { fake, asked } = await startTokenRegistry(t);
  const client = await openClient(t, fake, { credentials: ALICE });
  await client.putBlob(memorySource(BYTES));
  t.deepEqual(asked, [
    {
      method: 'GET',
      authorization: BASIC,
      query: { service: ['reg'], scope: ['repository:checkpoints:pull,push'], account: ['alice'] },
    },
  ]);
});

test('a token is fetched without credentials where there are none', async (t) => {
  const { fake, asked } = await startTokenRegistry(t);
  t.deepEqual(await (await openClient(t, fake)).listTags(), []);
  t.like(asked[0], { authorization: undefined, query: { scope: ['repository:checkpoints:pull'] } });
});

test('a mount asks for both repositories', async (t) => {
  const { fake, asked } = await startTokenRegistry(t);
  const client = await openClient(t, fake);
  await client
    .putBlob(memorySource(BYTES, { digest: `sha256:${'0'.repeat(64)}` }), { mountFrom: 'other' })
    .catch(() => {});
  const scopes = asked.flatMap(({ query }) => query['scope'] ?? []);
  t.true(scopes.includes('repository:other:pull'));
});

test('an identity token is exchanged for an access token', async (t) => {
  const { fake, asked } = await startTokenRegistry(t, undefined, () => ({ body: { access_token: 't1' } }));
  const docker = { auths: { [fake.registry]: { identitytoken: 'refresh' } } };
  const client = await openClient(t, fake, { credentialSources: await credentialPlaces(t, { docker }) });
  t.deepEqual(await client.listTags(), []);
  t.like(asked[0], {
    method: 'POST',
    query: {
      grant_type: ['refresh_token'],
      refresh_token: ['refresh'],
      service: ['reg'],
      scope: ['repository:checkpoints:pull'],
      client_id: ['thaw'],
    },
  });
});

test('a registry token is used as it is', async (t) => {
  const { fake, asked } = await startTokenRegistry(t);
  const docker = { auths: { [fake.registry]: { registrytoken: 't7' } } };
  const client = await openClient(t, fake, { credentialSources: await credentialPlaces(t, { docker }) });
  t.deepEqual(await client.listTags(), []);
  t.is(fake.authorizations.at(-1), 'Bearer t7');
  t.deepEqual(asked, []);
});

test('a token that the registry no longer takes is fetched anew in the middle of a push', async (t) => {
  let newest = 1;
  const { fake, asked } = await startTokenRegistry(t, (token) => token === newest);
  const client = await openClient(t, fake, { credentials: ALICE });
  const source = {
    async *open() {
      yield BYTES;
      newest = 2;
    },
  };
  await client.putBlob(source);
  t.is(asked.length, 2);
});

test('a token that the registry does not take at the PATCH is fetched anew and the upload goes on', async (t) => {
  let newest = 1;
  const { fake, asked } = await startTokenRegistry(t, (token) => {
    if (fake.requests.at(-1)?.startsWith('PATCH')) newest = 2;
    return token === newest;
  });
  const client = await openClient(t, fake, { credentials: ALICE });
  t.is((await client.putBlob(memorySource(BYTES))).size, BYTES.byteLength);
  t.is(asked.length, 2);
});

test('a registry that takes no token is UNAUTHORIZED after the second', async (t) => {
  const { fake, asked } = await startTokenRegistry(t, () => false);
  const client = await openClient(t, fake, { credentials: ALICE });
  await throwsCode(t, 'UNAUTHORIZED', () => client.listTags());
  t.is(asked.length, 1);
});

test('a token service that is busy is asked again', async (t) => {
  const { fake } = await startTokenRegistry(t, undefined, (token) =>
    token === 1 ? { status: 503, body: {} } : { body: { token: 't1' } },
  );
  t.deepEqual(await (await openClient(t, fake)).listTags(), []);
});

for (const status of [400, 401, 403]) {
  test(`a token service that answers ${status} is UNAUTHORIZED`, async (t) => {
    const { fake } = await startTokenRegistry(t, undefined, () => ({ status, body: {} }));
    const client = await openClient(t, fake, { credentials: ALICE });
    const error = await throwsCode(t, 'UNAUTHORIZED', () => client.listTags());
    t.regex(error?.message ?? '', /token service .* refuses the credentials from the command line/);
  });
}

const NO_TOKENS = [[], { token: 7 }, { token: 'a\nb' }, 'text', null];

for (const body of NO_TOKENS) {
  test(`a token service that answers ${JSON.stringify(body)} is REGISTRY_PROTOCOL`, async (t) => {
    const { fake } = await startTokenRegistry(t, undefined, () => ({ body }));
    await throwsCode(t, 'REGISTRY_PROTOCOL', async () => (await openClient(t, fake)).listTags());
  });
}

const REALMS = [
  ['http://192.0.2.1/token', 'PLAIN_HTTP_REFUSED'],
  ['ftp://127.0.0.1/token', 'REGISTRY_PROTOCOL'],
  ['token', 'REGISTRY_PROTOCOL'],
] as const;

for (const [realm, code] of REALMS) {
  test(`a token service at ${realm} is ${code}`, async (t) => {
    const fake = await startFakeRegistry(
      t,
      guard(`Bearer realm="${realm}"`, () => false),
    );
    const client = await openClient(t, fake, { credentials: ALICE });
    await throwsCode(t, code, () => client.listTags());
  });
}

test('an upload session at another origin gets no credentials', async (t) => {
  const seen: (string | undefined)[] = [];
  const elsewhere = await startServer(t, async (request, response) => {
    seen.push(request.headers.authorization);
    for await (const _ of request);
    response.writeHead(request.method === 'PATCH' ? 202 : 201).end();
  });
  const fake = await startFakeRegistry(t, {
    intercept: (request, response, registry) =>
      wantsBasic.intercept?.(request, response, registry) ||
      response.writeHead(202, { location: `http://${elsewhere}/session` }).end(),
  });
  await (await openClient(t, fake, { credentials: ALICE })).putBlob(memorySource(BYTES));
  t.deepEqual(seen, [undefined, undefined]);
});
