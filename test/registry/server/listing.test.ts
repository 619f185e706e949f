import { digestOf } from '../../../src/oci/digest.ts';
import { CONFIG, INDEX, MANIFEST } from '../../../src/oci/media-types.ts';
import { blobPushed, EMPTY, imageManifest, imagePushed } from '../../helpers/pushes.ts';
import { requestTable } from '../../helpers/request-table.ts';

const IMAGE = imageManifest([]);
const TAGS = ['b', 'a', 'B', 'c', '_x', '10', '9'];
const SORTED = ['10', '9', 'B', '_x', 'a', 'b', 'c'];
const TAGGED = TAGS.flatMap((tag) => imagePushed(IMAGE, tag));

/** What lists tags of the row's own repository. */
function tagList(tags: readonly string[]): RegExp {
  return new RegExp(`^\\{"name":"table/row\\d*","tags":${JSON.stringify(tags).replaceAll(/[[\]]/g, '\\$&')}\\}\\s*$`);
}

requestTable(
  'listing tags',
  [
    {
      says: 'in ASCII order',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list',
      want: { status: 200, headers: { link: null }, body: tagList(SORTED) },
    },
    {
      says: 'the first n, with a link to the others',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?n=3',
      want: {
        status: 200,
        headers: { link: /^<\/v2\/table\/row\d*\/tags\/list\?(?:n=3&last=B|last=B&n=3)>; rel="next"$/ },
        body: tagList(SORTED.slice(0, 3)),
      },
    },
    {
      says: 'those after the last one',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?n=3&last=B',
      want: { status: 200, headers: { link: /last=b/ }, body: tagList(SORTED.slice(3, 6)) },
    },
    {
      says: 'all after the last one',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?last=B',
      want: { status: 200, headers: { link: null }, body: tagList(SORTED.slice(3)) },
    },
    {
      says: 'after a last one that is not there',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?last=aa',
      want: { status: 200, body: tagList(['b', 'c']) },
    },
    {
      says: 'the last page has no link',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?n=7',
      want: { status: 200, headers: { link: null }, body: tagList(SORTED) },
    },
    {
      says: 'none of them, for n = 0',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?n=0',
      want: { status: 200, headers: { link: null }, body: tagList([]) },
    },
    {
      says: 'an n that is no number',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?n=many',
      want: { status: 400, code: 'PAGINATION_NUMBER_INVALID' },
    },
    {
      says: 'a negative n',
      before: TAGGED,
      send: 'GET /v2/{repo}/tags/list?n=-1',
      want: { status: 400, code: 'PAGINATION_NUMBER_INVALID' },
    },
    {
      says: 'of a repository that was never pushed to',
      send: 'GET /v2/{repo}/tags/list',
      want: { status: 404, code: 'NAME_UNKNOWN' },
    },
    {
      says: 'of a repository that has only blobs',
      before: blobPushed(EMPTY),
      send: 'GET /v2/{repo}/tags/list',
      want: { status: 200, body: tagList([]) },
    },
  ],
  [
    'in ASCII order',
    'the first n, with a link to the others',
    'those after the last one',
    'all after the last one',
    'after a last one that is not there',
    'the last page has no link',
    'none of them, for n = 0',
    'an n that is no number',
    'a negative n',
    'of a repository that has only blobs',
  ],
  {
    mends: [
      'in ASCII order',
      'the first n, with a link to the others',
      'those after the last one',
      'all after the last one',
      'after a last one that is not there',
      'none of them, for n = 0',
      'an n that is no number',
      'a negative n',
    ],
  },
);

const SUBJECT = { mediaType: MANIFEST, digest: digestOf(IMAGE), size: IMAGE.length };
const BY_CONFIG = imageManifest([], { subject: SUBJECT, annotations: { a: 'b' } });
const BY_TYPE = imageManifest([], { subject: SUBJECT, artifactType: 'application/x' });
const BY_INDEX = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], subject: SUBJECT }));

const DESCRIBED = [
  {
    mediaType: MANIFEST,
    digest: digestOf(BY_CONFIG),
    size: BY_CONFIG.length,
    artifactType: CONFIG,
    annotations: { a: 'b' },
  },
  { mediaType: MANIFEST, digest: digestOf(BY_TYPE), size: BY_TYPE.length, artifactType: 'application/x' },
  { mediaType: INDEX, digest: digestOf(BY_INDEX), size: BY_INDEX.length },
].toSorted((a, b) => (a.digest < b.digest ? -1 : 1));

const REFERRED = [
  ...imagePushed(IMAGE, 'subject'),
  ...imagePushed(BY_CONFIG, digestOf(BY_CONFIG)),
  ...imagePushed(BY_TYPE, digestOf(BY_TYPE)),
  { send: `PUT /v2/{repo}/manifests/${digestOf(BY_INDEX)}`, headers: { 'Content-Type': INDEX }, body: BY_INDEX },
];
const REFERRERS = `GET /v2/{repo}/referrers/${SUBJECT.digest}`;
const AS_INDEX = { 'content-type': INDEX };

function referrers(manifests: readonly object[]) {
  return { schemaVersion: 2, mediaType: INDEX, manifests };
}

requestTable(
  'listing referrers',
  [
    {
      says: 'each with its type, artifact type and annotations',
      before: REFERRED,
      send: REFERRERS,
      want: { status: 200, headers: { ...AS_INDEX, 'oci-filters-applied': null }, body: referrers(DESCRIBED) },
    },
    {
      says: 'only those of an artifact type',
      before: REFERRED,
      send: `${REFERRERS}?artifactType=application/x`,
      want: {
        status: 200,
        headers: { ...AS_INDEX, 'oci-filters-applied': 'artifactType' },
        body: referrers(DESCRIBED.filter(({ artifactType }) => artifactType === 'application/x')),
      },
    },
    {
      says: 'of a repository that was never pushed to',
      send: REFERRERS,
      want: { status: 200, headers: AS_INDEX, body: referrers([]) },
    },
    {
      says: 'of a subject that is not there (yet)',
      before: imagePushed(BY_TYPE, digestOf(BY_TYPE)),
      send: REFERRERS,
      want: { status: 200, body: referrers(DESCRIBED.filter(({ digest }) => digest === digestOf(BY_TYPE))) },
    },
    {
      says: 'without those that were deleted',
      before: [
        ...REFERRED,
        { send: `DELETE /v2/{repo}/manifests/${digestOf(BY_TYPE)}` },
        { send: `DELETE /v2/{repo}/manifests/${digestOf(BY_INDEX)}` },
      ],
      send: REFERRERS,
      want: { status: 200, body: referrers(DESCRIBED.filter(({ digest }) => digest === digestOf(BY_CONFIG))) },
    },
    {
      says: 'without those listed under the referrers tag that have another subject',
      before: [
        ...imagePushed(IMAGE, 'subject'),
        {
          send: `PUT /v2/{repo}/manifests/${SUBJECT.digest.replace(':', '-')}`,
          headers: { 'Content-Type': INDEX },
          body: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [SUBJECT] })),
        },
      ],
      send: REFERRERS,
      want: { status: 200, body: referrers([]) },
    },
    {
      says: 'of a malformed digest',
      send: 'GET /v2/{repo}/referrers/sha256:bad',
      want: { status: 400, code: 'DIGEST_INVALID' },
    },
    { says: 'of a tag', send: 'GET /v2/{repo}/referrers/latest', want: { status: 400, code: 'DIGEST_INVALID' } },
  ],
  [
    'each with its type, artifact type and annotations',
    'only those of an artifact type',
    'of a repository that was never pushed to',
    'of a subject that is not there (yet)',
    'without those that were deleted',
    'without those listed under the referrers tag that have another subject',
    'of a malformed digest',
    'of a tag',
  ],
);

requestTable(
  'listing repositories',
  [
    {
      says: 'those that have blobs, also one inside another',
      before: ['', '/in', '/in/deep'].flatMap((inner) => blobPushed(EMPTY, `{repo}${inner}`)),
      send: 'GET /v2/_catalog',
      want: { status: 200, body: /"table\/row\d*","table\/row\d*\/in","table\/row\d*\/in\/deep"/ },
    },
    {
      says: 'a page of them, with a link to the others',
      before: ['/a', '/b'].flatMap((inner) => blobPushed(EMPTY, `{repo}${inner}`)),
      send: 'GET /v2/_catalog?n=1',
      want: { status: 200, headers: { link: /^<\/v2\/_catalog\?.*last=table.*>; rel="next"$/ } },
    },
  ],
  [],
  { breaks: ['those that have blobs, also one inside another', 'a page of them, with a link to the others'] },
);
