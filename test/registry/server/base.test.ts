import { requestTable } from '../../helpers/request-table.ts';

const JSON_TYPE = { 'content-type': /^application\/json/ };

requestTable(
  'every path',
  [
    {
      says: 'GET /v2/ says that this is a registry',
      send: 'GET /v2/',
      want: { status: 200, headers: { ...JSON_TYPE, 'docker-distribution-api-version': 'registry/2.0' }, body: {} },
    },
    {
      says: 'a path outside /v2/ is not found',
      send: 'GET /v3/',
      want: { status: 404 },
    },
    {
      says: 'a path that the specification does not have is not found, and says so in JSON',
      send: 'GET /v2/{repo}/layers/x',
      want: { status: 404, headers: JSON_TYPE, code: 'UNSUPPORTED' },
    },
    {
      says: 'a method that a path does not have is refused, and the ones it has are named',
      send: 'PATCH /v2/{repo}/manifests/latest',
      want: { status: 405, headers: { allow: 'GET, HEAD, PUT, DELETE' }, code: 'UNSUPPORTED' },
    },
    {
      says: 'a repository name in upper case is invalid',
      send: 'PUT /v2/Upper/manifests/latest',
      body: '{}',
      want: { status: 400, code: 'NAME_INVALID' },
    },
    {
      says: 'a repository name that begins with an underscore is invalid',
      send: 'GET /v2/a/_layers/tags/list',
      want: { status: 400, code: 'NAME_INVALID' },
    },
    {
      says: 'a repository name that climbs is invalid',
      send: 'GET /v2/a/../../b/tags/list',
      want: { status: 400, code: 'NAME_INVALID' },
    },
    {
      says: 'a repository name that climbs in percent-encoding is invalid',
      send: 'GET /v2/a/%2e%2e/b/tags/list',
      want: { status: 400, code: 'NAME_INVALID' },
    },
    {
      says: 'a repository name with an encoded slash is invalid',
      send: 'GET /v2/a%2Fb/tags/list',
      want: { status: 400, code: 'NAME_INVALID' },
    },
    {
      says: 'a repository name of 256 characters is invalid',
      send: `GET /v2/${'a'.repeat(256)}/tags/list`,
      want: { status: 400, code: 'NAME_INVALID' },
    },
    {
      says: 'an absolute URL as the request target is not found',
      send: 'GET http://elsewhere.example/v2/_catalogue',
      want: { status: 404 },
    },
  ],
  [
    'a path that the specification does not have is not found, and says so in JSON',
    'a method that a path does not have is refused, and the ones it has are named',
    'a repository name in upper case is invalid',
    'a repository name that begins with an underscore is invalid',
    'a repository name that climbs is invalid',
    'a repository name that climbs in percent-encoding is invalid',
    'a repository name with an encoded slash is invalid',
    'a repository name of 256 characters is invalid',
  ],
);
