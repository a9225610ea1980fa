/** Goes through the entries of a table in pieces: a table of tens of megabytes takes one piece of memory. */
import { type FileReader, ReadingEnd } from "../file-reader.ts";

const PIECE_BYTES = 256 * 1024;

export class TableCursor {
  readonly #file: FileReader;
  readonly #entryBytes: number;
  #at: number;
  /** Entries that were not taken yet. */
  left: number;
  #piece: DataView = new DataView(new ArrayBuffer(0));
  #offset = 0;

  constructor(
    file: FileReader,
    { at, end, count, entryBytes }: { at: number; end: number; count: number; entryBytes: number },
  ) {
    if (at + count * entryBytes > end) throw new ReadingEnd("damaged", `a table at byte ${at} that is too short`);
    this.#file = file;
    this.#at = at;
    this.left = count;
    this.#entryBytes = entryBytes;
  }

  /** Whether `fill` must be called before the next entry is taken. */
  get isEmpty(): boolean {
    return this.#offset >= this.#piece.byteLength;
  }

  async fill(): Promise<void> {
    const entries = Math.min(this.left, Math.floor(PIECE_BYTES / this.#entryBytes));
    const view = await this.#file.view(this.#at, entries * this.#entryBytes);
    // A copy, because the file's window is used again meanwhile.
    this.#piece = new DataView(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
    this.#offset = 0;
    this.#at += view.byteLength;
  }

  /** Takes an entry, of which this is the field at `field`. Only between `fill` and the next time that it `isEmpty`. */
  take(field = 0): number {
    const { byteLength } = this.#piece;
    const at = this.#offset + field;
    this.#offset += this.#entryBytes;
    this.left -= 1;
    if (at + Math.min(4, this.#entryBytes) > byteLength) return 0;
    if (this.#entryBytes === 1) return this.#piece.getUint8(at);
    return this.#entryBytes === 2 ? this.#piece.getUint16(at) : this.#piece.getUint32(at);
  }

  /** A field of the entry that comes next. */
  peek(field: number): number {
    return this.#piece.getUint32(this.#offset + field);
  }
}
