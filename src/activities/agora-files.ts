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
  /** Whether Agora named more than these. */
  isCut: boolean;
  /** Whether Agora reported any file at all, by name or by its status. */
  reported: boolean;
  nothingRecorded: boolean;
};

/** Joins the stop answer, the query after it and the notifications; `nowMs` is the activity's clock. */
export function collectAgoraFiles(evidence: AgoraEvidence, nowMs: number): AgoraFiles {
  const { stop, notifications, namesCut = false, nothingExpectedFrom } = evidence;
  const notices = notifications.map(({ eventType, details }) => ({
    event: notificationEvent(eventType, details),
    files: filesNamedBy(eventType, details),
  }));

  const named = joinByName([...stop.named, ...notices.flatMap(({ files }) => files)]);
  const finalNotice = notices.some(({ event, files }) => event?.namesFiles === "final" && files.length > 0);
  const claimed = notices.some(({ event }) => event?.claimsFiles === true);
  const reported = named.length > 0 || claimed || !["unknown", null].includes(stop.uploadingStatus);
  const neverStarted = !reported && nothingExpectedFrom !== undefined && Date.parse(nothingExpectedFrom) <= nowMs;
  return {
    named,
    isFinal: !namesCut && (finalNotice || isFinalAnswer(evidence)),
    isCut: namesCut,
    nothingRecorded: stop.status === "nothing-recorded" || neverStarted,
    reported,
  };
}

function isFinalAnswer({ stop: { uploadingStatus, namedBy, named }, stopMethod }: AgoraEvidence): boolean {
  return stopMethod === "sync" && uploadingStatus === "uploaded" && namedBy === "stop" && named.length > 0;
}

/** Each file once, as first named. */
function joinByName(files: NamedFile[]): NamedFile[] {
  const byName = new Map<string, NamedFile>();
  for (const file of files) if (!byName.has(file.name)) byName.set(file.name, file);
  return [...byName.values()];
}
