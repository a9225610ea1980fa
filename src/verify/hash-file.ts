/** Reads every byte of a file once: its SHA-256, the checksum that its store keeps, and the packets of a segment. */
import type { StoredChecksum } from "../bucket/bucket.ts";
import { problem } from "../checks/checks.ts";
import type { FileResult } from "../recording/file-result.ts";
import { createChecksum } from "./checksum.ts";
import type { OpenFile } from "./file-reader.ts";
import { type ListedFile, probeFile } from "./probes.ts";
import { SegmentScan } from "./segment-scan.ts";

/** Reads the file once; of what every byte shows no probe is needed. Throws a `BucketError` where the store fails. */
export async function hashFile(
  listed: ListedFile,
  { content, checksum }: { content: OpenFile; checksum: StoredChecksum | undefined },
): Promise<FileResult> {
  const { kind, entry } = listed;
  const scan = kind === "segment" && entry.container === "ts" ? new SegmentScan(entry) : undefined;
  const probed = scan ? undefined : await probeFile(listed, content);
  const check = checksum && createChecksum(checksum.algorithm);
  const sha256 = await content.digest((chunk) => {
    check?.update(chunk);
    scan?.take(chunk);
  });

  const result = scan?.finish() ?? probed ?? { problems: [] };
  const observed = check?.value();
  if (checksum === undefined || observed === checksum.value) return { ...result, sha256 };
  const expected = `${checksum.algorithm} ${checksum.value}, as the store keeps it`;
  const rotten = problem("checksum-mismatch", { subject: entry.key, expected, observed: `${observed} of the bytes` });
  return { ...result, sha256, problems: [...result.problems, rotten] };
}
