/**
 * The events of Agora's notification service that matter to the end of a recording, one row each. Workflows read it too,
 * so it imports nothing. The events that are no row concern a recording that goes on; we ignore them.
 * AgoraIO/Docs-Source, shared/notification-center-service/event-types/cloud-recording.mdx
 */
export type NotificationEvent = {
  /** What it says; `contract/timeline.ts` has the sentence. */
  kind:
    | "agora-error"
    | "session-ended"
    | "server-failed-over"
    | "files-uploaded"
    | "files-backed-up"
    | "upload-completed"
    | "web-recorder-stopped"
    | "transcoding-finished";
  /**
   * Whether it brings the next look at the bucket forward, whatever came before, or only when no other did so of late.
   * `now-while-uploading`: the first of these while the wait for the upload runs, the second at any other time.
   */
  hastens: "now" | "now-while-uploading" | "throttled";
  /** Whether it names files, and whether nothing is added to its list later. In web mode the list may be absent. */
  namesFiles?: "final" | "so-far";
  endsSession?: true;
  /** Whether files have gone to Agora's backup cloud, which delivers them later. */
  entersBackup?: true;
  reportsError?: true;
  /** The `progress` in its details with which it counts; with any other it is ignored. */
  atProgress?: number;
};

/** By Agora's `eventType`. */
export const EVENTS = {
  1: { kind: "agora-error", hastens: "throttled", reportsError: true },
  11: { kind: "session-ended", hastens: "throttled", endsSession: true },
  12: { kind: "server-failed-over", hastens: "throttled" },
  31: { kind: "files-uploaded", hastens: "now", namesFiles: "final", endsSession: true },
  // Arrives right after 11 and 33. Throttled, it would let the shorter timeout of the upload run out.
  32: {
    kind: "files-backed-up",
    hastens: "now-while-uploading",
    namesFiles: "so-far",
    entersBackup: true,
  },
  33: { kind: "upload-completed", hastens: "throttled", atProgress: 10_000 },
  71: { kind: "web-recorder-stopped", hastens: "now", namesFiles: "final", endsSession: true },
  1001: { kind: "transcoding-finished", hastens: "throttled" },
} as const satisfies Record<number, NotificationEvent>;

export type EventType = keyof typeof EVENTS;

/** The row of an `eventType` from outside; `undefined` for an event that does not concern the end of a recording. */
export function notificationEvent(eventType: number): NotificationEvent | undefined {
  const events: Readonly<Record<number, NotificationEvent>> = EVENTS;
  return events[eventType];
}
