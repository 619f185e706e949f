import { digestOf } from '../../../src/oci/digest.ts';
import { blobPushed } from '../../helpers/pushes.ts';
import { requestTable } from '../../helpers/request-table.ts';

const BLOB = Buffer.from('0123456789'.repeat(300));
const DIGEST = digestOf(BLOB);
const OTHER = digestOf('other');
const SHA512 = digestOf(BLOB, 'sha512');
const FIRST = BLOB.subarray(0, 1024);
const REST = BLOB.subarray(1024);
const REST_RANGE = `1024-${BLOB.length - 1}`;
const ABSENT = '00000000-0000-4000-8000-000000000000';

const SESSION = { send: 'POST /v2/{repo}/blobs/uploads/' };
const FIRST_CHUNK = { send: 'PATCH {location}', headers: { 'Content-Range': '0-1023' }, body: FIRST };
const AT = { location: /\/v2\/table\/row\d*\/blobs\/uploads\/[^/]+$/ };
const CREATED = {
  status: 201,
  headers: { location: new RegExp(`/v2/table/row\\d*/blobs/${DIGEST}$`), 'docker-content-digest': DIGEST },
};
const CREATED_SHA512 = {
  status: 201,
  headers: { location: new RegExp(`/v2/table/row\\d*/blobs/${SHA512}$`), 'docker-content-digest': SHA512 },
};

requestTable(
  'pushing a blob',
  [
    { says: 'a POST begins a session', ...SESSION, want: { status: 202, headers: { ...AT, range: '0-0' } } },
    {
      says: 'a POST without the slash at the end begins one too',
      send: 'POST /v2/{repo}/blobs/uploads',
      want: { status: 202, headers: AT },
    },
    {
      says: 'POST, then PUT',
      before: [SESSION],
      send: `PUT {location?}digest=${DIGEST}`,
      body: BLOB,
      want: CREATED,
    },
    {
      says: 'POST, then PUT, with an encoded digest',
      before: [SESSION],
      send: `PUT {location?}digest=${encodeURIComponent(DIGEST)}`,
      body: BLOB,
      want: CREATED,
    },
    {
      says: 'a single POST',
      send: `POST /v2/{repo}/blobs/uploads/?digest=${DIGEST}`,
      body: BLOB,
      want: CREATED,
    },
    {
      says: 'a PATCH says how far the session is',
      before: [SESSION],
      ...FIRST_CHUNK,
      want: { status: 202, headers: { ...AT, range: '0-1023' } },
    },
    {
      says: 'a PATCH without Content-Range appends',
      before: [SESSION, FIRST_CHUNK],
      send: 'PATCH {location}',
      body: REST,
      want: { status: 202, headers: { ...AT, range: `0-${BLOB.length - 1}` } },
    },
    {
      says: 'a PATCH without a length is streamed',
      before: [SESSION],
      send: 'PATCH {location}',
      body: [FIRST, REST],
      want: { status: 202, headers: { ...AT, range: `0-${BLOB.length - 1}` } },
    },
    {
      says: 'chunks, then a PUT without a body',
      before: [
        SESSION,
        FIRST_CHUNK,
        { send: 'PATCH {location}', headers: { 'Content-Range': REST_RANGE }, body: REST },
      ],
      send: `PUT {location?}digest=${DIGEST}`,
      want: CREATED,
    },
    {
      says: 'a chunk, then the last one in the PUT',
      before: [SESSION, FIRST_CHUNK],
      send: `PUT {location?}digest=${DIGEST}`,
      headers: { 'Content-Range': REST_RANGE },
      body: REST,
      want: CREATED,
    },
    {
      says: 'a stream, then a PUT by a sha512 digest',
      before: [SESSION, { send: 'PATCH {location}', body: [FIRST, REST] }],
      send: `PUT {location?}digest=${SHA512}`,
      want: CREATED_SHA512,
    },
    {
      says: 'a session that was told of sha512',
      before: [{ send: 'POST /v2/{repo}/blobs/uploads/?digest-algorithm=sha512' }],
      send: `PUT {location?}digest=${SHA512}`,
      body: BLOB,
      want: CREATED_SHA512,
    },
    {
      says: 'a single POST by a sha512 digest',
      send: `POST /v2/{repo}/blobs/uploads/?digest=${SHA512}`,
      body: BLOB,
      want: CREATED_SHA512,
    },
    {
      says: 'an algorithm that is not known is refused at once',
      send: 'POST /v2/{repo}/blobs/uploads/?digest-algorithm=md5',
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'the empty blob',
      before: [SESSION],
      send: `PUT {location?}digest=${digestOf('')}`,
      want: { status: 201, headers: { 'docker-content-digest': digestOf('') } },
    },
    {
      says: 'a blob that is there already can be pushed again',
      before: [...blobPushed(BLOB), SESSION],
      send: `PUT {location?}digest=${DIGEST}`,
      body: BLOB,
      want: CREATED,
    },
    {
      says: 'POST, then PUT, of other bytes than the digest says',
      before: [SESSION],
      send: `PUT {location?}digest=${OTHER}`,
      body: BLOB,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'a single POST of other bytes than the digest says',
      send: `POST /v2/{repo}/blobs/uploads/?digest=${OTHER}`,
      body: BLOB,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'chunks of other bytes than the digest says',
      before: [SESSION, FIRST_CHUNK],
      send: `PUT {location?}digest=${OTHER}`,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'other bytes than the digest says are not kept',
      before: [SESSION, { send: `PUT {location?}digest=${OTHER}`, body: BLOB }],
      send: `HEAD /v2/{repo}/blobs/${DIGEST}`,
      want: { status: 404 },
    },
    {
      says: 'a PUT without a digest',
      before: [SESSION],
      send: 'PUT {location}',
      body: BLOB,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'a PUT by a malformed digest',
      before: [SESSION],
      send: 'PUT {location?}digest=sha256:baddigeststring',
      body: BLOB,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'a PUT by a digest of an unknown algorithm',
      before: [SESSION],
      send: 'PUT {location?}digest=md5:d41d8cd98f00b204e9800998ecf8427e',
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'a PUT by a malformed digest leaves the session as it was',
      before: [SESSION, FIRST_CHUNK, { send: 'PUT {location?}digest=sha256:bad', body: REST }],
      send: 'GET {location}',
      want: { status: 204, headers: { range: '0-1023' } },
    },
    {
      says: 'a first chunk that does not begin at 0',
      before: [SESSION],
      send: 'PATCH {location}',
      headers: { 'Content-Range': REST_RANGE },
      body: REST,
      want: { status: 416, headers: { ...AT, range: '0-0' }, code: 'BLOB_UPLOAD_INVALID' },
    },
    {
      says: 'a chunk that is sent again',
      before: [SESSION, FIRST_CHUNK],
      ...FIRST_CHUNK,
      want: { status: 416, headers: { ...AT, range: '0-1023' } },
    },
    {
      says: 'a last chunk out of order in the PUT',
      before: [SESSION, FIRST_CHUNK],
      send: `PUT {location?}digest=${DIGEST}`,
      headers: { 'Content-Range': '2000-2999' },
      body: BLOB.subarray(2000),
      want: { status: 416, headers: { ...AT, range: '0-1023' } },
    },
    {
      says: 'a session lives on after a chunk out of order',
      before: [
        SESSION,
        FIRST_CHUNK,
        { send: 'PATCH {location}', headers: { 'Content-Range': '2000-2999' }, body: BLOB.subarray(2000) },
        { send: 'PATCH {location}', headers: { 'Content-Range': REST_RANGE }, body: REST },
      ],
      send: `PUT {location?}digest=${DIGEST}`,
      want: CREATED,
    },
    {
      says: 'a chunk that ends before it begins',
      before: [SESSION],
      send: 'PATCH {location}',
      headers: { 'Content-Range': '5-0' },
      body: 'x',
      want: { status: 416 },
    },
    {
      says: 'a Content-Range that is none',
      before: [SESSION],
      send: 'PATCH {location}',
      headers: { 'Content-Range': 'bytes 0-0/1' },
      body: 'x',
      want: { status: 400, code: 'BLOB_UPLOAD_INVALID' },
    },
    {
      says: 'a chunk of another length than its Content-Range says',
      before: [SESSION],
      send: 'PATCH {location}',
      headers: { 'Content-Range': '0-9' },
      body: 'x',
      want: { status: 400, code: 'SIZE_INVALID' },
    },
    {
      says: 'a streamed chunk of another length than its Content-Range says',
      before: [SESSION],
      send: 'PATCH {location}',
      headers: { 'Content-Range': '0-9' },
      body: [Buffer.from('x')],
      want: { status: 400, code: 'SIZE_INVALID' },
    },
    {
      says: 'a session says how far it is',
      before: [SESSION, FIRST_CHUNK],
      send: 'GET {location}',
      want: { status: 204, headers: { ...AT, range: '0-1023' } },
    },
    {
      says: 'a session says how far it is before the first byte',
      before: [SESSION],
      send: 'GET {location}',
      want: { status: 204, headers: { ...AT, range: /^0-/ } },
    },
    {
      says: 'a session is cancelled',
      before: [SESSION, FIRST_CHUNK],
      send: 'DELETE {location}',
      want: { status: 204 },
    },
    {
      says: 'a session that was cancelled is unknown',
      before: [SESSION, { send: 'DELETE {location}' }],
      send: 'GET {location}',
      want: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    },
    {
      says: 'a session that was finished is unknown',
      before: [SESSION, { send: `PUT {location?}digest=${DIGEST}`, body: BLOB }],
      send: 'GET {session}',
      want: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    },
    {
      says: 'a session that never was is unknown',
      send: `PATCH /v2/{repo}/blobs/uploads/${ABSENT}`,
      body: 'x',
      want: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    },
    {
      says: 'a session by an id that is none is unknown',
      send: 'GET /v2/{repo}/blobs/uploads/..%2f..%2f_layers',
      want: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    },
    {
      says: 'a session of another repository is unknown',
      before: [{ send: 'POST /v2/{repo}/other/blobs/uploads/' }],
      send: `PUT /v2/{repo}/blobs/uploads/{id}?digest=${DIGEST}`,
      body: BLOB,
      want: { status: 404, code: 'BLOB_UPLOAD_UNKNOWN' },
    },
  ],
  [
    'a POST without the slash at the end begins one too',
    'a single POST',
    'a stream, then a PUT by a sha512 digest',
    'a session that was told of sha512',
    'a single POST by a sha512 digest',
    'an algorithm that is not known is refused at once',
    'a single POST of other bytes than the digest says',
    'a first chunk that does not begin at 0',
    'a chunk that is sent again',
    'a last chunk out of order in the PUT',
    'a session lives on after a chunk out of order',
    'a chunk that ends before it begins',
    'a Content-Range that is none',
    'a chunk of another length than its Content-Range says',
    'a streamed chunk of another length than its Content-Range says',
    'a session that never was is unknown',
    'a session by an id that is none is unknown',
    'a session of another repository is unknown',
  ],
  {
    mends: [
      'a session lives on after a chunk out of order',
      'a chunk that ends before it begins',
      'a chunk of another length than its Content-Range says',
    ],
  },
);

requestTable(
  'mounting a blob',
  [
    {
      says: 'from a repository that has it',
      before: blobPushed(BLOB, '{repo}/source'),
      send: `POST /v2/{repo}/blobs/uploads/?mount=${DIGEST}&from={repo}/source`,
      want: CREATED,
    },
    {
      says: 'from a repository that has it, by a sha512 digest',
      before: blobPushed(BLOB, '{repo}/source', 'sha512'),
      send: `POST /v2/{repo}/blobs/uploads/?mount=${SHA512}&from={repo}/source`,
      want: CREATED_SHA512,
    },
    {
      says: 'a mounted blob can be pulled',
      before: [
        ...blobPushed(BLOB, '{repo}/source'),
        { send: `POST /v2/{repo}/blobs/uploads/?mount=${DIGEST}&from={repo}/source` },
      ],
      send: 'GET {location}',
      want: { status: 200, body: BLOB },
    },
    {
      says: 'from a repository that lacks it a session is begun',
      send: `POST /v2/{repo}/blobs/uploads/?mount=${OTHER}&from={repo}/source`,
      want: { status: 202, headers: AT },
    },
    {
      says: 'without a source, from whichever repository has it',
      before: blobPushed(BLOB, '{repo}/source'),
      send: `POST /v2/{repo}/blobs/uploads/?mount=${DIGEST}`,
      want: CREATED,
    },
    {
      says: 'without a source, of a blob that nobody has, a session is begun',
      send: `POST /v2/{repo}/blobs/uploads/?mount=${digestOf('nobody')}`,
      want: { status: 202, headers: AT },
    },
    {
      says: 'without a source, of a blob that was deleted everywhere, a session is begun',
      before: [
        ...blobPushed('deleted', '{repo}/source'),
        { send: `DELETE /v2/{repo}/source/blobs/${digestOf('deleted')}` },
      ],
      send: `POST /v2/{repo}/blobs/uploads/?mount=${digestOf('deleted')}`,
      want: { status: 202, headers: AT },
    },
    {
      says: 'the session that a failed mount begins can be used',
      before: [{ send: `POST /v2/{repo}/blobs/uploads/?mount=${DIGEST}&from={repo}/empty` }],
      send: `PUT {location?}digest=${DIGEST}`,
      body: BLOB,
      want: CREATED,
    },
    {
      says: 'by a malformed digest is refused',
      send: 'POST /v2/{repo}/blobs/uploads/?mount=sha256:bad&from={repo}/source',
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'from a name that is none is refused',
      send: `POST /v2/{repo}/blobs/uploads/?mount=${DIGEST}&from=../etc`,
      want: { status: 400, code: 'NAME_INVALID' },
    },
  ],
  [
    'without a source, from whichever repository has it',
    'by a malformed digest is refused',
    'from a name that is none is refused',
  ],
);
