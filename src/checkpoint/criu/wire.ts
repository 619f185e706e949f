import { imageInvalid } from './invalid.ts';

/** Wire types of the Protocol Buffers encoding (protobuf.dev/programming-guides/encoding); the two group types are never written. */
export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

/**
 * A cursor over the fields of one protobuf message, for CRIU's own small messages. It makes no object for a field, since
 * a pagemap can have millions. Throws CRIU_IMAGE_INVALID on damaged bytes; it always moves on, so it always ends.
 */
export class WireReader {
  /** Number of the field that the cursor is on. */
  field = 0;
  /** Its wire type. */
  type = VARINT;
  /** Its value when it is a varint; beyond 2^53 only about right. */
  value = 0;
  /** First byte of its content when it is BYTES. */
  start = 0;
  /** First byte behind its content when it is BYTES, and behind the whole field. */
  end: number;
  readonly #image: string;
  readonly #bytes: Uint8Array;
  readonly #limit: number;

  /** Reads the message in bytes `start` to `end` (exclusive); `image` is the name that errors carry. */
  constructor(image: string, bytes: Uint8Array, start: number, end: number) {
    this.#image = image;
    this.#bytes = bytes;
    this.end = start;
    this.#limit = end;
  }

  /** Moves on to the next field; false when there is none. */
  next(): boolean {
    if (this.end >= this.#limit) return false;
    const tagOffset = this.end;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.type = tag % 8;
    if (this.field === 0) throw imageInvalid(this.#image, tagOffset, 'a field has the number 0');
    if (this.type === VARINT) this.value = this.#varint();
    else this.#skip(this.#length(tagOffset));
    return true;
  }

  #length(tagOffset: number): number {
    if (this.type === BYTES) return this.#varint();
    if (this.type === FIXED64) return 8;
    if (this.type === FIXED32) return 4;
    throw imageInvalid(this.#image, tagOffset, `a field has the unknown wire type ${this.type}`);
  }

  #skip(length: number): void {
    this.start = this.end;
    if (length > this.#limit - this.start) {
      throw imageInvalid(this.#image, this.start, `a field of ${length} bytes runs over the end of its message`);
    }
    this.end = this.start + length;
  }

  /** At most ten bytes of seven bits each, lowest first. */
  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10; count += 1, factor *= 128) {
      if (this.end >= this.#limit)
        throw imageInvalid(this.#image, this.end, 'a number runs over the end of its message');
      const byte = this.#bytes[this.end] ?? 0;
      this.end += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw imageInvalid(this.#image, this.end, 'a number has more than ten bytes');
  }
}
