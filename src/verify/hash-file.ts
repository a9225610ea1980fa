/** Reads every byte of a file once: its SHA-256, the checksum that its store keeps, and the packets of a segment. */
import type { StoredChecksum } from "../bucket/bucket.ts";
import type { Problem } from "../contract/problem.ts";
import { createChecksum } from "./checksum.ts";
import { problem } from "../checks/checks.ts";
import type { OpenFile } from "./file-reader.ts";
import { PACKET_BYTES, watchPackets } from "../media/ts/transport-stream.ts";

export type HashOptions = {
  key: string;
  checksum: StoredChecksum | undefined;
  /** Whether to check that each packet begins as one of a transport stream. */
  hasPackets: boolean;
};

/** Reads the file once. Throws a `BucketError` where the store fails. */
export async function hashFile(
  file: OpenFile,
  { key, checksum, hasPackets }: HashOptions,
): Promise<{ sha256: string; problems: Problem[] }> {
  const packets = watchPackets();
  const check = checksum && createChecksum(checksum.algorithm);
  const sha256 = await file.digest((chunk) => {
    check?.update(chunk);
    if (hasPackets) packets.take(chunk);
  });

  const problems: Problem[] = [];
  const observed = check?.value();
  if (checksum !== undefined && observed !== checksum.value) {
    const expected = `${checksum.algorithm} ${checksum.value}, as the store keeps it`;
    problems.push(problem("checksum-mismatch", { subject: key, expected, observed: `${observed} of the bytes` }));
  }
  const brokenAt = packets.brokenAt();
  if (brokenAt !== undefined) {
    const expected = `packets of ${PACKET_BYTES} bytes throughout`;
    problems.push(problem("segment-corrupt", { subject: key, expected, observed: `none at byte ${brokenAt}` }));
  }
  return { sha256, problems };
}
