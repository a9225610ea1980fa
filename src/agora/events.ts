/**
 * The events of Agora's notification service that matter to the end of a recording, one row each. Workflows read it too,
 * so it imports nothing. The events that are no row concern a recording that goes on; we ignore them.
 * AgoraIO/Docs-Source, shared/notification-center-service/event-types/cloud-recording.mdx
 */
export type NotificationEvent = {
  /** What it says; `contract/timeline.ts` has the sentence. */
  kind:
    | "agora-error"
    | "agora-warning"
    | "session-ended"
    | "server-failed-over"
    | "files-uploaded"
    | "files-backed-up"
    | "files-stranded"
    | "upload-completed"
    | "storage-token-expired"
    | "vod-upload-started"
    | "vod-upload-triggered"
    | "web-recorder-stopped"
    | "user-transcoding-finished"
    | "transcoding-finished";
  /**
   * Whether it brings the next look at the bucket forward, whatever came before, or only when no other did so of late.
   * `now-while-uploading`: the first of these while the wait for the upload runs, the second at any other time.
   */
  hastens: "now" | "now-while-uploading" | "throttled" | "never";
  /** Whether it names files, and whether nothing is added to its list later. In web mode the list may be absent. */
  namesFiles?: "final" | "so-far";
  /** Whether it says that there are files even where it lists none. */
  claimsFiles?: true;
  endsSession?: true;
  /** Whether Agora holds files, in its backup cloud or on its servers, and delivers them later. */
  entersBackup?: true;
  /** Whether it may report a problem: its details decide. */
  mayReportProblem?: true;
  /** The `progress` in its details with which it counts; with any other it is ignored. */
  atProgress?: number;
};

/** By Agora's `eventType`. */
export const EVENTS = {
  1: { kind: "agora-error", hastens: "throttled", mayReportProblem: true },
  2: { kind: "agora-warning", hastens: "never", mayReportProblem: true },
  11: { kind: "session-ended", hastens: "throttled", endsSession: true, mayReportProblem: true },
  12: { kind: "server-failed-over", hastens: "throttled" },
  31: { kind: "files-uploaded", hastens: "now", namesFiles: "final", claimsFiles: true, endsSession: true },
  // Arrives right after 11 and 33. Throttled, it would let the shorter timeout of the upload run out.
  32: {
    kind: "files-backed-up",
    hastens: "now-while-uploading",
    namesFiles: "so-far",
    claimsFiles: true,
    entersBackup: true,
  },
  33: { kind: "upload-completed", hastens: "throttled", atProgress: 10_000 },
  // In no table of Agora's: a recorder whose temporary keys for the store have expired.
  34: { kind: "storage-token-expired", hastens: "never", mayReportProblem: true },
  60: { kind: "vod-upload-started", hastens: "never" },
  61: { kind: "vod-upload-triggered", hastens: "never" },
  // Claims files only by listing some: a page that never loaded leaves none.
  71: {
    kind: "web-recorder-stopped",
    hastens: "now",
    namesFiles: "final",
    endsSession: true,
    mayReportProblem: true,
  },
  81: { kind: "user-transcoding-finished", hastens: "never", namesFiles: "so-far", mayReportProblem: true },
  1001: { kind: "transcoding-finished", hastens: "throttled", namesFiles: "so-far", mayReportProblem: true },
} as const satisfies Record<number, NotificationEvent>;

export type EventType = keyof typeof EVENTS;

/** Its number is not documented, only its word. */
const STRANDED: NotificationEvent = {
  kind: "files-stranded",
  hastens: "now-while-uploading",
  namesFiles: "so-far",
  claimsFiles: true,
  entersBackup: true,
};

/** The row of a notification from outside; `undefined` for one that does not concern the end of a recording. */
export function notificationEvent(eventType: number, details: unknown): NotificationEvent | undefined {
  if (isStranded(details)) return STRANDED;
  const events: Readonly<Record<number, NotificationEvent>> = EVENTS;
  return events[eventType];
}

function isStranded(details: unknown): boolean {
  if (typeof details !== "object" || details === null) return false;
  return Object.entries(details).some(
    ([name, value]) => (name === "msgName" || name === "uploadingStatus") && value === "stranded",
  );
}
