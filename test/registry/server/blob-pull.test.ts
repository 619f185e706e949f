import { digestOf } from '../../../src/oci/digest.ts';
import { blobPushed } from '../../helpers/pushes.ts';
import { requestTable } from '../../helpers/request-table.ts';

const BLOB = Buffer.from(Array.from({ length: 2048 }, (_, at) => at % 251));
const DIGEST = digestOf(BLOB);
const SHA512 = digestOf(BLOB, 'sha512');
const AT = `/v2/{repo}/blobs/${DIGEST}`;
const PUSHED = blobPushed(BLOB);

function part(start: number, end: number) {
  return {
    status: 206,
    headers: {
      'content-range': `bytes ${start}-${end}/2048`,
      'content-length': String(end - start + 1),
      'docker-content-digest': DIGEST,
    },
    body: BLOB.subarray(start, end + 1),
  };
}

const WHOLE = {
  status: 200,
  headers: {
    'content-length': '2048',
    'content-type': 'application/octet-stream',
    'docker-content-digest': DIGEST,
    etag: `"${DIGEST}"`,
  },
  body: BLOB,
};

requestTable(
  'pulling a blob',
  [
    { says: 'GET gives its bytes', before: PUSHED, send: `GET ${AT}`, want: WHOLE },
    {
      says: 'an encoded digest is the same digest',
      before: PUSHED,
      send: `GET /v2/{repo}/blobs/${encodeURIComponent(DIGEST)}`,
      want: WHOLE,
    },
    {
      says: 'HEAD gives its size and no body',
      before: PUSHED,
      send: `HEAD ${AT}`,
      want: { ...WHOLE, body: Buffer.alloc(0) },
    },
    {
      says: 'GET by a sha512 digest',
      before: blobPushed(BLOB, '{repo}', 'sha512'),
      send: `GET /v2/{repo}/blobs/${SHA512}`,
      want: { status: 200, headers: { 'docker-content-digest': SHA512 }, body: BLOB },
    },
    {
      says: 'the empty blob comes with Content-Length 0',
      before: blobPushed(''),
      send: `GET /v2/{repo}/blobs/${digestOf('')}`,
      want: { status: 200, headers: { 'content-length': '0' }, body: Buffer.alloc(0) },
    },
    {
      says: 'a blob that nobody pushed',
      send: `GET /v2/{repo}/blobs/${digestOf('nobody')}`,
      want: { status: 404, code: 'BLOB_UNKNOWN' },
    },
    {
      says: 'HEAD of a blob that nobody pushed',
      send: `HEAD /v2/{repo}/blobs/${digestOf('nobody')}`,
      want: { status: 404, body: Buffer.alloc(0) },
    },
    {
      says: 'a blob that only another repository has',
      before: blobPushed('elsewhere', '{repo}/other'),
      send: `GET /v2/{repo}/blobs/${digestOf('elsewhere')}`,
      want: { status: 404, code: 'BLOB_UNKNOWN' },
    },
    {
      says: 'a malformed digest',
      send: 'GET /v2/{repo}/blobs/sha256:bad',
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'a digest in upper case',
      send: `GET /v2/{repo}/blobs/${DIGEST.toUpperCase().replace('SHA', 'sha')}`,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'bytes=500-1499',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'bytes=500-1499' },
      want: part(500, 1499),
    },
    { says: 'bytes=0-0', before: PUSHED, send: `GET ${AT}`, headers: { Range: 'bytes=0-0' }, want: part(0, 0) },
    { says: 'bytes=500-', before: PUSHED, send: `GET ${AT}`, headers: { Range: 'bytes=500-' }, want: part(500, 2047) },
    { says: 'bytes=-500', before: PUSHED, send: `GET ${AT}`, headers: { Range: 'bytes=-500' }, want: part(1548, 2047) },
    { says: 'bytes=-5000', before: PUSHED, send: `GET ${AT}`, headers: { Range: 'bytes=-5000' }, want: part(0, 2047) },
    {
      says: 'bytes=2000-5000',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'bytes=2000-5000' },
      want: part(2000, 2047),
    },
    {
      says: 'bytes=500-0',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'bytes=500-0' },
      want: { status: 416 },
    },
    {
      says: 'bytes=5000-10000',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'bytes=5000-10000' },
      want: { status: 416, headers: { 'content-range': 'bytes */2048' } },
    },
    {
      says: 'bytes=2048-',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'bytes=2048-' },
      want: { status: 416 },
    },
    {
      says: 'a range of another unit is passed over',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'pages=1-2' },
      want: WHOLE,
    },
    {
      says: 'a range with an If-Range of this content',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'bytes=0-9', 'If-Range': `"${DIGEST}"` },
      want: part(0, 9),
    },
    {
      says: 'a range with an If-Range of other content gives the whole',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { Range: 'bytes=0-9', 'If-Range': '"other"' },
      want: WHOLE,
    },
    {
      says: 'whoever has it already is told so',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { 'If-None-Match': `"other", W/"${DIGEST}"` },
      want: { status: 304, headers: { etag: `"${DIGEST}"` }, body: Buffer.alloc(0) },
    },
    {
      says: 'whoever has something else gets it',
      before: PUSHED,
      send: `GET ${AT}`,
      headers: { 'If-None-Match': '"other"' },
      want: WHOLE,
    },
  ],
  [
    'GET by a sha512 digest',
    'bytes=500-0',
    'bytes=5000-10000',
    'bytes=2048-',
    'a range of another unit is passed over',
  ],
  { mends: ['bytes=500-0', 'bytes=5000-10000', 'bytes=2048-'] },
);

requestTable(
  'deleting a blob',
  [
    { says: 'DELETE', before: PUSHED, send: `DELETE ${AT}`, want: { status: 202 } },
    {
      says: 'HEAD says at once that it is gone',
      before: [...PUSHED, { send: `DELETE ${AT}` }],
      send: `HEAD ${AT}`,
      want: { status: 404 },
    },
    {
      says: 'another repository keeps it',
      before: [...PUSHED, ...blobPushed(BLOB, '{repo}/other'), { send: `DELETE ${AT}` }],
      send: `GET /v2/{repo}/other/blobs/${DIGEST}`,
      want: { status: 200, body: BLOB },
    },
    {
      says: 'it can be pushed again',
      before: [...PUSHED, { send: `DELETE ${AT}` }, ...PUSHED],
      send: `GET ${AT}`,
      want: WHOLE,
    },
    {
      says: 'a blob that is not there',
      send: `DELETE /v2/{repo}/blobs/${digestOf('nobody')}`,
      want: { status: 404, code: 'BLOB_UNKNOWN' },
    },
    {
      says: 'a malformed digest',
      send: 'DELETE /v2/{repo}/blobs/sha256:bad',
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
  ],
  [],
);
