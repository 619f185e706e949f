import type { Content } from './content.ts';
import { sendMany } from './requests.ts';
import { blobUrl, type Image, manifestUrl, pullBlob, pullImage, pushBlob } from './transfers.ts';

/** How much is moved in each row. */
export interface Sizes {
  /** Bytes of the large blob. */
  readonly large: number;
  /** Bytes of the image's layer. */
  readonly layer: number;
  /** Clients that pull it at once. */
  readonly clients: number;
  readonly requests: number;
}

/** What there is to move. */
export interface Goods {
  readonly sizes: Sizes;
  readonly large: Content;
  readonly quarters: readonly Content[];
  readonly config: Content;
  readonly layer: Content;
}

/** One thing that is measured. */
export interface Row {
  readonly name: (sizes: Sizes) => string;
  /** Whether the registry is to have nothing, or the large blob and the image. */
  readonly data: 'empty' | 'filled';
  /** How much is done: bytes or requests. */
  readonly amount: (sizes: Sizes) => number;
  readonly unit: 'bytes' | 'requests';
  /** Programs that it needs. */
  readonly needs: readonly string[];
  /** Does it; gives seconds where the client has counted them itself. */
  readonly work: (address: string, goods: Goods, image: Image) => Promise<unknown>;
}

const STREAMS = 4;
const PULLERS = 8;

const curl = { unit: 'bytes', needs: ['curl'] } as const;
const ab = { unit: 'requests', needs: ['ab'], data: 'filled', amount: ({ requests }: Sizes) => requests } as const;

export const ROWS: readonly Row[] = [
  {
    ...curl,
    name: ({ large }) => `push ${mebibytes(large)}, one stream`,
    data: 'empty',
    amount: ({ large }) => large,
    work: (address, { large }) => pushBlob(address, large),
  },
  {
    ...curl,
    name: ({ large }) => `push ${mebibytes(large)}, four streams`,
    data: 'empty',
    amount: ({ large }) => large,
    work: (address, { quarters }) => Promise.all(quarters.map((one) => pushBlob(address, one))),
  },
  {
    ...curl,
    name: ({ large }) => `pull ${mebibytes(large)}, one stream`,
    data: 'filled',
    amount: ({ large }) => large,
    work: (address, { large }) => pullBlob(address, large.digest),
  },
  {
    ...curl,
    name: ({ large }) => `pull ${mebibytes(large)}, eight at once`,
    data: 'filled',
    amount: ({ large }) => PULLERS * large,
    work: (address, { large }) => times(PULLERS, () => pullBlob(address, large.digest)),
  },
  {
    ...curl,
    name: ({ large }) => `pull ${mebibytes(large)}, eight ranges of one blob`,
    data: 'filled',
    amount: ({ large }) => large,
    work: (address, { large }) =>
      times(PULLERS, (at) => pullBlob(address, large.digest, partOf(large.size, at, PULLERS))),
  },
  {
    ...curl,
    name: ({ clients, layer }) => `${clients} clients pull one ${mebibytes(layer)} image`,
    data: 'filled',
    amount: ({ clients, layer }) => clients * layer,
    work: (address, { sizes }, image) => times(sizes.clients, () => pullImage(address, image)),
  },
  {
    ...ab,
    name: () => 'GET manifest by tag',
    work: (address, { sizes }, { tag }) => sendMany(manifestUrl(address, tag), sizes.requests, 'GET'),
  },
  {
    ...ab,
    name: () => 'HEAD manifest by tag',
    work: (address, { sizes }, { tag }) => sendMany(manifestUrl(address, tag), sizes.requests, 'HEAD'),
  },
  {
    ...ab,
    name: () => 'HEAD blob',
    work: (address, { sizes }, { layer }) => sendMany(blobUrl(address, layer), sizes.requests, 'HEAD'),
  },
];

/** How many streams the large blob is cut for. */
export { STREAMS };

function times(count: number, run: (at: number) => Promise<void>): Promise<unknown> {
  return Promise.all(Array.from({ length: count }, (_, at) => run(at)));
}

function partOf(size: number, at: number, parts: number): { start: number; end: number } {
  return { start: Math.floor((size * at) / parts), end: Math.floor((size * (at + 1)) / parts) };
}

function mebibytes(bytes: number): string {
  const count = bytes / 1024 ** 2;
  return count >= 1024 ? `${count / 1024} GiB` : `${count} MiB`;
}
