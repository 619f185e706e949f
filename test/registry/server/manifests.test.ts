import { digestOf } from '../../../src/oci/digest.ts';
import { CONFIG, INDEX, LAYER, MANIFEST } from '../../../src/oci/media-types.ts';
import { blobPushed, EMPTY, imageManifest, imagePushed } from '../../helpers/pushes.ts';
import { requestTable } from '../../helpers/request-table.ts';

const LAYER_BYTES = 'layer';
const IMAGE = imageManifest([LAYER_BYTES], { annotations: { a: 'b' } });
const DIGEST = digestOf(IMAGE);
const SHA512 = digestOf(IMAGE, 'sha512');
const PUSHED = imagePushed(IMAGE, 'latest', [LAYER_BYTES]);
const BLOBS = [...blobPushed(EMPTY), ...blobPushed(LAYER_BYTES)];
const AS_MANIFEST = { 'Content-Type': MANIFEST };
const AS_INDEX = { 'Content-Type': INDEX };
const SUBJECT = digestOf('a manifest that is not there yet');

const IMAGE_ANSWER = {
  status: 200,
  headers: {
    'content-type': MANIFEST,
    'content-length': String(IMAGE.length),
    'docker-content-digest': DIGEST,
    etag: `"${DIGEST}"`,
  },
  body: IMAGE,
};

/** The 201 of a manifest push. */
function created(digest: string, headers: Record<string, string | null> = {}) {
  const location = new RegExp(`/v2/table/row\\d*/manifests/${digest}$`);
  return { status: 201, headers: { location, 'docker-content-digest': digest, ...headers } };
}

function index(manifests: readonly object[], extra: object = {}): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests, ...extra }));
}

/** A manifest of `size` bytes, blank space at its end. */
function padded(size: number): Buffer {
  const manifest = imageManifest([]);
  return Buffer.concat([manifest, Buffer.alloc(size - manifest.length, ' ')]);
}

const LIMIT = 4 * 1024 * 1024;
const INDEXED = index([{ mediaType: MANIFEST, digest: DIGEST, size: IMAGE.length }]);
const NO_MEDIA_TYPE = imageManifest([], { mediaType: undefined });
const ARTIFACT = imageManifest([], { artifactType: 'application/x', unknown: { field: [1, null] } });
const FOREIGN = imageManifest([], {
  layers: [
    {
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
      digest: digestOf('elsewhere'),
      size: 9,
      urls: ['https://elsewhere.example/x'],
    },
  ],
});
const EMBEDDED = imageManifest([], {
  config: { mediaType: CONFIG, digest: digestOf(EMPTY), size: 2, data: Buffer.from(EMPTY).toString('base64') },
});
const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_IMAGE = imageManifest([], { mediaType: DOCKER });

requestTable(
  'pushing a manifest',
  [
    {
      says: 'by a tag',
      before: BLOBS,
      send: 'PUT /v2/{repo}/manifests/latest',
      headers: AS_MANIFEST,
      body: IMAGE,
      want: created(DIGEST, { 'oci-subject': null }),
    },
    {
      says: 'by its digest',
      before: BLOBS,
      send: `PUT /v2/{repo}/manifests/${DIGEST}`,
      headers: AS_MANIFEST,
      body: IMAGE,
      want: created(DIGEST, { 'oci-tag': null }),
    },
    {
      says: 'by its sha512 digest',
      before: BLOBS,
      send: `PUT /v2/{repo}/manifests/${SHA512}`,
      headers: AS_MANIFEST,
      body: IMAGE,
      want: created(SHA512),
    },
    {
      says: 'by its digest, with tags',
      before: BLOBS,
      send: `PUT /v2/{repo}/manifests/${DIGEST}?tag=1.2&tag=1&tag=latest`,
      headers: AS_MANIFEST,
      body: IMAGE,
      want: created(DIGEST, { 'oci-tag': '1.2, 1, latest' }),
    },
    {
      says: 'a tag that came with the digest can be pulled',
      before: [
        ...BLOBS,
        { send: `PUT /v2/{repo}/manifests/${SHA512}?tag=1.2&tag=1`, headers: AS_MANIFEST, body: IMAGE },
      ],
      send: 'GET /v2/{repo}/manifests/1.2',
      want: { status: 200, headers: { 'docker-content-digest': SHA512, 'content-type': MANIFEST }, body: IMAGE },
    },
    {
      says: 'with tags of which one is none, nothing is stored',
      before: [
        ...BLOBS,
        { send: `PUT /v2/{repo}/manifests/${DIGEST}?tag=good&tag=-bad`, headers: AS_MANIFEST, body: IMAGE },
      ],
      send: `HEAD /v2/{repo}/manifests/${DIGEST}`,
      want: { status: 404 },
    },
    {
      says: 'an index of a manifest that is there',
      before: PUSHED,
      send: 'PUT /v2/{repo}/manifests/index',
      headers: AS_INDEX,
      body: INDEXED,
      want: created(digestOf(INDEXED)),
    },
    {
      says: 'an empty index',
      send: 'PUT /v2/{repo}/manifests/index',
      headers: AS_INDEX,
      body: index([]),
      want: created(digestOf(index([]))),
    },
    {
      says: 'an artifact with fields that the specification does not know',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/artifact',
      headers: AS_MANIFEST,
      body: ARTIFACT,
      want: created(digestOf(ARTIFACT)),
    },
    {
      says: 'a manifest whose layer is not distributed need not have it pushed',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/foreign',
      headers: AS_MANIFEST,
      body: FOREIGN,
      want: created(digestOf(FOREIGN)),
    },
    {
      says: 'a descriptor with its data in it',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/data',
      headers: AS_MANIFEST,
      body: EMBEDDED,
      want: created(digestOf(EMBEDDED)),
    },
    {
      says: 'a manifest of Docker',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/docker',
      headers: { 'Content-Type': DOCKER },
      body: DOCKER_IMAGE,
      want: created(digestOf(DOCKER_IMAGE)),
    },
    {
      says: 'parameters of the Content-Type are passed over',
      before: BLOBS,
      send: 'PUT /v2/{repo}/manifests/latest',
      headers: { 'Content-Type': `${MANIFEST}; charset=utf-8` },
      body: IMAGE,
      want: created(DIGEST),
    },
    {
      says: 'without a Content-Type its own media type counts',
      before: BLOBS,
      send: 'PUT /v2/{repo}/manifests/latest',
      body: IMAGE,
      want: created(DIGEST),
    },
    {
      says: 'a subject is told, though it is not there yet',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/referrer',
      headers: AS_MANIFEST,
      body: imageManifest([], { subject: { mediaType: MANIFEST, digest: SUBJECT, size: 1 } }),
      want: { status: 201, headers: { 'oci-subject': SUBJECT } },
    },
    {
      says: 'of 4 MiB',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/large',
      headers: AS_MANIFEST,
      body: padded(LIMIT),
      want: { status: 201 },
    },
    {
      says: 'of more than 4 MiB',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/large',
      headers: AS_MANIFEST,
      body: padded(LIMIT + 1),
      want: { status: 413, code: 'SIZE_INVALID' },
    },
    {
      says: 'of more than 4 MiB, without a length',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/large',
      headers: AS_MANIFEST,
      body: [padded(LIMIT), Buffer.from(' ')],
      want: { status: 413, code: 'SIZE_INVALID' },
    },
    {
      says: 'whose layer is missing',
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/latest',
      headers: AS_MANIFEST,
      body: IMAGE,
      want: { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
    },
    {
      says: 'whose layer only another repository has',
      before: [...blobPushed(EMPTY), ...blobPushed(LAYER_BYTES, '{repo}/other')],
      send: 'PUT /v2/{repo}/manifests/latest',
      headers: AS_MANIFEST,
      body: IMAGE,
      want: { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
    },
    {
      says: 'an index of a manifest that is missing',
      send: 'PUT /v2/{repo}/manifests/index',
      headers: AS_INDEX,
      body: INDEXED,
      want: { status: 404, code: 'MANIFEST_BLOB_UNKNOWN' },
    },
    {
      says: 'by the digest of something else',
      before: BLOBS,
      send: `PUT /v2/{repo}/manifests/${digestOf('other')}`,
      headers: AS_MANIFEST,
      body: IMAGE,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'by a malformed digest',
      before: BLOBS,
      send: 'PUT /v2/{repo}/manifests/sha256:baddigeststring',
      headers: AS_MANIFEST,
      body: IMAGE,
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'by a tag that is none',
      before: BLOBS,
      send: 'PUT /v2/{repo}/manifests/.hidden',
      headers: AS_MANIFEST,
      body: IMAGE,
      want: { status: 400, code: 'TAG_INVALID' },
    },
    {
      says: 'by a tag of 129 characters',
      before: BLOBS,
      send: `PUT /v2/{repo}/manifests/${'a'.repeat(129)}`,
      headers: AS_MANIFEST,
      body: IMAGE,
      want: { status: 400, code: 'TAG_INVALID' },
    },
    ...[
      ['that is no JSON', 'manifest'],
      ['that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
      ['that is no JSON object', '[]'],
      ['of schema version 1', '{"schemaVersion":1}'],
      ['whose layers are no list', imageManifest([], { layers: {} })],
      ['whose layer has no digest', imageManifest([], { layers: [{ mediaType: LAYER.none, size: 1 }] })],
      ['whose config has no digest', imageManifest([], { config: {} })],
      ['whose subject has no digest', imageManifest([], { subject: { digest: 'sha256:bad' } })],
      ['whose annotations are no texts', imageManifest([], { annotations: { a: 1 } })],
      ['whose media type is no text', imageManifest([], { mediaType: 5 })],
      ['of another media type than the Content-Type', DOCKER_IMAGE],
    ].map(([says, body]) => ({
      says: String(says),
      before: blobPushed(EMPTY),
      send: 'PUT /v2/{repo}/manifests/latest',
      headers: AS_MANIFEST,
      body: body as Buffer,
      want: { status: 400, code: 'MANIFEST_INVALID' },
    })),
  ],
  [
    'by its sha512 digest',
    'by its digest, with tags',
    'a tag that came with the digest can be pulled',
    'a manifest whose layer is not distributed need not have it pushed',
    'without a Content-Type its own media type counts',
    'a subject is told, though it is not there yet',
    'of more than 4 MiB',
    'of more than 4 MiB, without a length',
    'whose layer is missing',
    'whose layer only another repository has',
    'an index of a manifest that is missing',
    'by a malformed digest',
    'by a tag that is none',
    'by a tag of 129 characters',
    'of schema version 1',
    'whose layer has no digest',
    'whose config has no digest',
    'whose subject has no digest',
  ],
  { mends: ['by a malformed digest'] },
);

requestTable(
  'pulling a manifest',
  [
    {
      says: 'by its tag',
      before: PUSHED,
      send: 'GET /v2/{repo}/manifests/latest',
      headers: { Accept: MANIFEST },
      want: IMAGE_ANSWER,
    },
    {
      says: 'by its digest',
      before: PUSHED,
      send: `GET /v2/{repo}/manifests/${DIGEST}`,
      headers: { Accept: MANIFEST },
      want: IMAGE_ANSWER,
    },
    { says: 'without an Accept header', before: PUSHED, send: 'GET /v2/{repo}/manifests/latest', want: IMAGE_ANSWER },
    {
      says: 'HEAD by its tag',
      before: PUSHED,
      send: 'HEAD /v2/{repo}/manifests/latest',
      headers: { Accept: MANIFEST },
      want: { ...IMAGE_ANSWER, body: Buffer.alloc(0) },
    },
    {
      says: 'whose media type only the Content-Type has said',
      before: [
        ...blobPushed(EMPTY),
        {
          send: 'PUT /v2/{repo}/manifests/x',
          headers: { 'Content-Type': 'application/vnd.example+json' },
          body: NO_MEDIA_TYPE,
        },
      ],
      send: 'GET /v2/{repo}/manifests/x',
      want: { status: 200, headers: { 'content-type': 'application/vnd.example+json' }, body: NO_MEDIA_TYPE },
    },
    {
      says: 'that does not say its media type',
      before: [...blobPushed(EMPTY), { send: 'PUT /v2/{repo}/manifests/x', headers: AS_MANIFEST, body: NO_MEDIA_TYPE }],
      send: 'GET /v2/{repo}/manifests/x',
      headers: { Accept: MANIFEST },
      want: { status: 200, headers: { 'content-type': MANIFEST }, body: NO_MEDIA_TYPE },
    },
    {
      says: 'by a tag that was moved',
      before: [...PUSHED, { send: 'PUT /v2/{repo}/manifests/latest', headers: AS_INDEX, body: index([]) }],
      send: 'GET /v2/{repo}/manifests/latest',
      headers: { Accept: INDEX },
      want: { status: 200, headers: { 'content-type': INDEX }, body: index([]) },
    },
    {
      says: 'whoever has it already is told so',
      before: PUSHED,
      send: 'GET /v2/{repo}/manifests/latest',
      headers: { Accept: MANIFEST, 'If-None-Match': `"${DIGEST}"` },
      want: { status: 304, body: Buffer.alloc(0) },
    },
    {
      says: 'by a tag that is not there',
      send: 'GET /v2/{repo}/manifests/latest',
      want: { status: 404, code: 'MANIFEST_UNKNOWN' },
    },
    {
      says: 'by a digest that is not there',
      send: `GET /v2/{repo}/manifests/${DIGEST}`,
      want: { status: 404, code: 'MANIFEST_UNKNOWN' },
    },
    {
      says: 'by a digest that only another repository has',
      before: [
        {
          send: 'PUT /v2/{repo}/other/manifests/x',
          headers: AS_INDEX,
          body: index([], { annotations: { only: 'other' } }),
        },
      ],
      send: `GET /v2/{repo}/manifests/${digestOf(index([], { annotations: { only: 'other' } }))}`,
      want: { status: 404, code: 'MANIFEST_UNKNOWN' },
    },
    { says: 'by a name that no tag can have', send: 'GET /v2/{repo}/manifests/.hidden', want: { status: 404 } },
    {
      says: 'by a malformed digest',
      send: 'GET /v2/{repo}/manifests/sha256:bad',
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    {
      says: 'is no way to its bytes as a blob',
      before: PUSHED,
      send: `GET /v2/{repo}/blobs/${DIGEST}`,
      want: { status: 404, code: 'BLOB_UNKNOWN' },
    },
  ],
  ['without an Accept header', 'whose media type only the Content-Type has said', 'by a malformed digest'],
  { mends: ['by a malformed digest'] },
);

const DELETED = [...PUSHED, { send: `DELETE /v2/{repo}/manifests/${DIGEST}` }];

requestTable(
  'deleting a manifest or tag',
  [
    { says: 'by its digest', before: PUSHED, send: `DELETE /v2/{repo}/manifests/${DIGEST}`, want: { status: 202 } },
    {
      says: 'its digest is gone at once',
      before: DELETED,
      send: `HEAD /v2/{repo}/manifests/${DIGEST}`,
      want: { status: 404 },
    },
    { says: 'its tags go with it', before: DELETED, send: 'HEAD /v2/{repo}/manifests/latest', want: { status: 404 } },
    {
      says: 'the list of tags has none of them',
      before: DELETED,
      send: 'GET /v2/{repo}/tags/list',
      want: { status: 200, body: /"tags":\[\]/ },
    },
    {
      says: 'it can be pushed again',
      before: [...DELETED, ...PUSHED],
      send: 'GET /v2/{repo}/manifests/latest',
      headers: { Accept: MANIFEST },
      want: IMAGE_ANSWER,
    },
    { says: 'by a tag', before: PUSHED, send: 'DELETE /v2/{repo}/manifests/latest', want: { status: 202 } },
    {
      says: 'a deleted tag is gone at once',
      before: [...PUSHED, { send: 'DELETE /v2/{repo}/manifests/latest' }],
      send: 'HEAD /v2/{repo}/manifests/latest',
      want: { status: 404 },
    },
    {
      says: 'the manifest of a deleted tag stays',
      before: [...PUSHED, { send: 'DELETE /v2/{repo}/manifests/latest' }],
      send: `GET /v2/{repo}/manifests/${DIGEST}`,
      headers: { Accept: MANIFEST },
      want: IMAGE_ANSWER,
    },
    {
      says: 'by a digest that is not there',
      before: PUSHED,
      send: `DELETE /v2/{repo}/manifests/${digestOf('other')}`,
      want: { status: 404, code: 'MANIFEST_UNKNOWN' },
    },
    {
      says: 'by a tag that is not there',
      before: PUSHED,
      send: 'DELETE /v2/{repo}/manifests/other',
      want: { status: 404, code: 'MANIFEST_UNKNOWN' },
    },
    {
      says: 'in a repository that was never pushed to',
      send: `DELETE /v2/{repo}/manifests/${DIGEST}`,
      want: { status: 404 },
    },
  ],
  ['the list of tags has none of them', 'by a tag', 'by a tag that is not there'],
  { mends: ['the list of tags has none of them', 'by a tag', 'by a tag that is not there'] },
);
