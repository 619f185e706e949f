import { varintField } from './field.ts';
import { entriesOf, type ImageEntry } from './image.ts';
import { imageInvalid } from './invalid.ts';
import { VARINT, WireReader } from './wire.ts';

/** What a pagemap-<pid>.img says of the memory in its pages image. */
export interface Pagemap {
  /** The N of the pages-N.img that holds the memory. */
  readonly pagesId: number;
  /** Pages that are in that image; pages of a parent checkpoint, or left to be fetched later, are not. */
  readonly pages: number;
  /** True when the pages are compressed. */
  readonly compressed: boolean;
}

/** `pagemap_head`, images/pagemap.proto. */
const PAGES_ID = 1;
/** `pagemap_entry`, images/pagemap.proto. */
const COMPAT_NR_PAGES = 2;
const IN_PARENT = 3;
const FLAGS = 4;
const NR_PAGES = 5;
/** Flags of an entry, criu/include/pagemap.h. */
const PE_PRESENT = 1 << 2;
const PE_PAYLOAD_ALIGNED = 1 << 3;

/**
 * Reads a pagemap image: a head, then an entry for each run of pages. CRIU 4.3 (pull request 2895) says of a run that is
 * compressed how large its LZ4 blocks are, in fields that follow `nr_pages`, or that its payload is aligned; no earlier
 * version writes any of these. Throws CRIU_IMAGE_INVALID.
 */
export function readPagemap(image: string, bytes: Uint8Array): Pagemap {
  let pagesId: number | undefined;
  let pages = 0;
  let compressed = false;
  for (const entry of entriesOf(image, bytes, 'pagemap')) {
    if (pagesId === undefined) {
      pagesId = readHead(image, bytes, entry);
      continue;
    }
    const run = readRun(image, bytes, entry);
    if (!run.present) continue;
    pages += run.pages;
    compressed ||= run.compressed;
    if (!Number.isSafeInteger(pages)) throw imageInvalid(image, entry.start, 'it counts more pages than can be');
  }
  if (pagesId === undefined) throw imageInvalid(image, bytes.length, 'it has no head');
  return { pagesId, pages, compressed };
}

function readHead(image: string, bytes: Uint8Array, entry: ImageEntry): number {
  const pagesId = varintField(image, bytes, entry, PAGES_ID);
  if (pagesId === undefined) throw imageInvalid(image, entry.start, 'its head names no pages image');
  return pagesId;
}

/** An older CRIU writes no flags, and counts in the 32-bit field only (criu/pagemap.c, init_compat_pagemap_entry). */
function readRun(
  image: string,
  bytes: Uint8Array,
  entry: ImageEntry,
): { present: boolean; pages: number; compressed: boolean } {
  const reader = new WireReader(image, bytes, entry.start, entry.end);
  const values: (number | undefined)[] = [];
  let blocks = false;
  while (reader.next()) {
    if (reader.field > NR_PAGES) blocks = true;
    else if (reader.type === VARINT) values[reader.field] = reader.value;
  }
  const flags = values[FLAGS] ?? (values[IN_PARENT] ? 0 : PE_PRESENT);
  const pages = values[NR_PAGES] ?? values[COMPAT_NR_PAGES];
  if (pages === undefined) throw imageInvalid(image, entry.start, 'a run has no number of pages');
  return { present: (flags & PE_PRESENT) !== 0, pages, compressed: blocks || (flags & PE_PAYLOAD_ALIGNED) !== 0 };
}
