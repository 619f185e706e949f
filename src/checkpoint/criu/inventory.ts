import { varintField } from './field.ts';
import { firstEntry } from './image.ts';
import { imageInvalid } from './invalid.ts';

/** `inventory_entry.img_version`, images/inventory.proto. */
const IMG_VERSION = 1;

/**
 * The version of CRIU's image format from inventory.img: 1, 2 (up to CRIU 4.2) or 3 (since CRIU 4.3,
 * when pages may be compressed). Throws CRIU_IMAGE_INVALID.
 */
export function readImageVersion(image: string, bytes: Uint8Array): number {
  const entry = firstEntry(image, bytes, 'inventory');
  const version = varintField(image, bytes, entry, IMG_VERSION) ?? 0;
  if (version === 0) throw imageInvalid(image, entry.start, 'it names no version of the image format');
  return version;
}

/** `inventory_entry.tcp_close`, images/inventory.proto. */
const TCP_CLOSE = 10;

/**
 * Whether CRIU froze with tcp-close, from inventory.img: then it wakes with tcp-close only (criu/image.c,
 * check_img_inventory). Throws CRIU_IMAGE_INVALID.
 */
export function readTcpClose(image: string, bytes: Uint8Array): boolean {
  return (varintField(image, bytes, firstEntry(image, bytes, 'inventory'), TCP_CLOSE) ?? 0) !== 0;
}
