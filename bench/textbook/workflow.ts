/**
 * What one writes with Temporal's tutorial at hand: stop, poll with a timer until Agora says that all is uploaded, then ask
 * for every file. It verifies less than ours, and is here to be compared with.
 */
import { proxyActivities, sleep } from "@temporalio/workflow";

import type { TextbookActivities } from "./activities.ts";

const { stop, isUploaded, filesOf, head } = proxyActivities<TextbookActivities>({ startToCloseTimeout: "1m" });

export type TextbookInput = {
  recording: { appId: string; resourceId: string; sid: string; cname: string; uid: string; mode: string };
  intervalMs: number;
};

/** Returns the size of all files together. */
export async function textbook({ recording, intervalMs }: TextbookInput): Promise<{ files: number; bytes: number }> {
  await stop(recording);
  while (!(await isUploaded(recording))) await sleep(intervalMs);
  const files = await filesOf(recording);
  let bytes = 0;
  for (const file of files) bytes += await head(file);
  return { files: files.length, bytes };
}
