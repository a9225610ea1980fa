/** Reads a body before its sender is verified, within a limit of bytes and of time. */

export type BodyReading = { kind: "read"; bytes: Uint8Array } | { kind: "too-large" } | { kind: "cut-off" };

export async function readBody(
  request: Request,
  { limitBytes, limitMs }: { limitBytes: number; limitMs: number },
): Promise<BodyReading> {
  if (Number(request.headers.get("content-length")) > limitBytes) return { kind: "too-large" };
  if (request.body === null) return { kind: "read", bytes: new Uint8Array() };

  const reader = request.body.getReader();
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), limitMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const piece = await Promise.race([reader.read(), late.promise]);
      if (piece === "late") return { kind: "cut-off" };
      if (piece.done) return { kind: "read", bytes: Buffer.concat(chunks) };
      chunks.push(piece.value);
      size += piece.value.byteLength;
      if (size > limitBytes) return { kind: "too-large" };
    }
  } catch {
    return { kind: "cut-off" }; // the connection is gone
  } finally {
    clearTimeout(timer);
    // Does nothing to a body that was read to its end.
    reader.cancel().catch(() => undefined);
  }
}
