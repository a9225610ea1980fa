/** The timeline of a finalization: what was learnt, when and from whom. It goes into the manifest as it is. */

/** What an entry tells: programs read this, people read the sentence. */
export type TimelineKind = keyof typeof SENTENCES;

export type TimelineEntry = {
  /** ISO 8601, UTC. */
  at: string;
  source: "stop" | "query" | "notification" | "bucket" | "operator";
  kind: TimelineKind;
  what: string;
};

/** The sentence of each kind, with what is particular to one entry. */
export const SENTENCES = {
  "stop-reported": (status) => `The stop is ${status}`,
  "query-answered": (found) => `After the stop: ${found}`,
  "backup-detected": () => "The backup cloud holds files of this recording",
  "cancel-requested": (reason) => addReason("Gave up", reason),
  "force-stop-requested": (reason) => addReason("Forced the stop", reason),
  "agora-error": () => "Agora reported an error",
  "agora-warning": () => "Agora reported a warning",
  "session-ended": () => "The recording session ended",
  "server-failed-over": () => "The recording failed over to another server",
  "files-uploaded": () => "Agora uploaded all files",
  "files-backed-up": () => "Agora moved files to its backup cloud",
  "files-stranded": () => "Agora keeps files on its side and uploads them later",
  "storage-token-expired": () => "Agora's temporary keys for the store expired",
  "vod-upload-started": () => "Agora began to upload to ApsaraVideo VoD",
  "vod-upload-triggered": () => "Agora handed all files to ApsaraVideo VoD",
  "upload-completed": () => "The upload is complete",
  "web-recorder-stopped": () => "The web recorder stopped",
  "notification-unreadable": () => "A notification came that cannot be read",
  "user-transcoding-finished": () => "Agora finished transcoding users' tracks",
  "transcoding-finished": () => "Agora finished transcoding",
} as const satisfies Record<string, (detail?: string) => string>;

function addReason(sentence: string, reason: string | undefined): string {
  return reason === undefined ? sentence : `${sentence}: ${reason}`;
}
