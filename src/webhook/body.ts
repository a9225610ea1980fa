/** A body from a stranger, read before anything is known about who sent it: no more than so many bytes, for no longer than so long. */

export type Body = { state: "read"; bytes: Uint8Array } | { state: "too-large" } | { state: "cut-off" };

export async function readBody(
  request: Request,
  { limitBytes, limitMs }: { limitBytes: number; limitMs: number },
): Promise<Body> {
  if (Number(request.headers.get("content-length")) > limitBytes) return { state: "too-large" };
  if (request.body === null) return { state: "read", bytes: new Uint8Array() };

  const reader = request.body.getReader();
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), limitMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const piece = await Promise.race([reader.read(), late.promise]);
      if (piece === "late") return { state: "cut-off" };
      if (piece.done) return { state: "read", bytes: Buffer.concat(chunks) };
      chunks.push(piece.value);
      size += piece.value.byteLength;
      if (size > limitBytes) return { state: "too-large" };
    }
  } catch {
    return { state: "cut-off" }; // the connection is gone
  } finally {
    clearTimeout(timer);
    // Does nothing to a body that was read to its end.
    reader.cancel().catch(() => undefined);
  }
}
