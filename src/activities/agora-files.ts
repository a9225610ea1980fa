/** What Agora's answers and notifications together say about the files. Whether a file is there, only the bucket knows. */
import type { AgoraEvidence } from "../contract/evidence.ts";
import type { NamedFile } from "../agora/answers.ts";
import { filesNamedBy } from "../agora/decode.ts";
import { notificationEvent } from "../agora/events.ts";

export type AgoraFiles = {
  /** Every file that Agora named, once by name, as first named. */
  named: NamedFile[];
  /** Whether Agora sends the list only when it is final. */
  isFinal: boolean;
  /** Whether Agora reported any file at all, by name or by its status. */
  reported: boolean;
  nothingRecorded: boolean;
};

/** Joins the stop answer, the query after it and the notifications. */
export function collectAgoraFiles({ stop, stopMethod, notifications }: AgoraEvidence): AgoraFiles {
  const notices = notifications.map(({ eventType, details }) => ({
    listed: notificationEvent(eventType)?.namesFiles,
    files: filesNamedBy(eventType, details),
  }));

  const byName = new Map<string, NamedFile>();
  for (const file of [...stop.named, ...notices.flatMap(({ files }) => files)]) {
    if (!byName.has(file.name)) byName.set(file.name, file);
  }

  const finalAnswer =
    stopMethod === "sync" && stop.uploadingStatus === "uploaded" && stop.namedBy === "stop" && stop.named.length > 0;
  const finalNotice = notices.some(({ listed, files }) => listed === "final" && files.length > 0);
  const saidUploaded = stop.uploadingStatus !== null && stop.uploadingStatus !== "unknown";
  return {
    named: [...byName.values()],
    isFinal: finalAnswer || finalNotice,
    nothingRecorded: stop.status === "nothing-recorded",
    reported: byName.size > 0 || saidUploaded || notices.some(({ listed }) => listed !== undefined),
  };
}
