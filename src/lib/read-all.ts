import { TailslateError } from "./tailslate-error.ts";

export class BodyTooLargeError extends TailslateError {}

/** Reads a whole body into memory. Throws a `BodyTooLargeError` once it grows past `maxBytes`. */
export async function readAll(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new BodyTooLargeError(`Cannot read more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
