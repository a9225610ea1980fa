/** Reads a file for a parser that jumps: through a window, within a budget, and never behind the file's end. */
import type { ByteSource } from "./byte-source.ts";

/** Enough for the headers of a few boxes, or a small fragment's index. */
const WINDOW_BYTES = 16 * 1024;

/** Why a file is not read further. It never leaves a reader: what it says is in the reader's answer. */
export class ReadingEnd extends Error {
  /** `damaged` is proof; `unproven` that the file asks for more work than is done for one. */
  readonly kind: "damaged" | "unproven";

  constructor(kind: "damaged" | "unproven", message: string) {
    super(message);
    this.kind = kind;
  }
}

export type Budget = { reads: number; bytes: number };

export class FileReader {
  readonly sizeBytes: number;
  readonly #source: ByteSource;
  readonly #left: Budget;
  #window: Uint8Array = new Uint8Array();
  #windowAt = 0;

  constructor(source: ByteSource, budget: Budget) {
    this.sizeBytes = source.sizeBytes;
    this.#source = source;
    this.#left = { ...budget };
  }

  /** Exactly these bytes. Throws a `ReadingEnd` where the file or the budget has no more. */
  async view(at: number, length: number): Promise<DataView> {
    if (at + length > this.sizeBytes)
      throw new ReadingEnd("damaged", `nothing at byte ${at + length} of ${this.sizeBytes}`);
    const bytes = await this.upTo(at, length);
    if (bytes.length < length) throw new ReadingEnd("damaged", `only ${bytes.length} of ${length} bytes at byte ${at}`);
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  /** These bytes, or as many of them as the file has. */
  async upTo(at: number, length: number): Promise<Uint8Array> {
    const start = at - this.#windowAt;
    if (start < 0 || start + length > this.#window.length) await this.#load(at, Math.max(length, WINDOW_BYTES));
    const from = at - this.#windowAt;
    return this.#window.subarray(from, from + length);
  }

  async #load(at: number, length: number): Promise<void> {
    const wanted = Math.max(0, Math.min(length, this.sizeBytes - at));
    this.#left.reads -= 1;
    this.#left.bytes -= wanted;
    if (this.#left.reads < 0 || this.#left.bytes < 0) throw new ReadingEnd("unproven", "more parts than are looked at");
    this.#window = wanted === 0 ? new Uint8Array() : await this.#source.read(at, wanted);
    this.#windowAt = at;
  }
}
