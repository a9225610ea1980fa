/** A recording in mix mode with two segments, two MP4s and foreign objects, as the input of the manifest's writer. */
import type { SegmentEntry } from "../../../src/recording/types.ts";
import type { ManifestFacts } from "../../../src/manifest/write-manifest.ts";

export function segment(name: string, durationSeconds: number): SegmentEntry {
  return { ...stored(`calls/sid1_room_${name}.ts`, 188), container: "ts", durationSeconds, discontinuity: false };
}

const TOTALS = {
  files: 5,
  bytes: 4676,
  playlists: 1,
  segments: 2,
  mp4s: 2,
  mp3s: 0,
  snapshots: 0,
  durationSeconds: 0.1 + 0.2,
};

export function manifestFacts(): ManifestFacts {
  return {
    key: "calls/sid1.run1.manifest.json",
    recording: { appId: "app1", account: "default", sid: "sid1", mode: "mix", cname: "room", uid: "527841" },
    store: "default",
    bucket: "recordings",
    prefix: "calls/",
    level: "list",
    outcome: "verified",
    forced: false,
    run: { workflowId: "recording-sid1", runId: "run1" },
    stop: { status: "accepted", at: "2026-11-23T12:00:00.000Z", attempts: 1, uploadingStatus: "backuped" },
    backup: { detectedBy: "stop", waitedMs: 61234 },
    timeline: [{ at: "2026-11-23T12:00:00.000Z", source: "stop", what: "accepted, backuped" }],
    expectedFrom: "agora",
    inventory: {
      playlists: [
        {
          ...stored("calls/sid1_room.m3u8", 300),
          sha256: "a".repeat(64),
          stem: "calls/sid1_room",
          track: null,
          failover: null,
          candidates: ["calls/sid1_room.m3u8"],
          chosenBecause: "the only one",
          ended: true,
          superseded: false,
          targetDurationSeconds: 16,
          durationSeconds: 0.1 + 0.2,
          segments: [segment("20261123120015000", 0.2), segment("20261123120000000", 0.1)],
          missing: [],
        },
      ],
      mp4s: [stored("calls/sid1_room_1.mp4", 2000), stored("calls/sid1_room_0.mp4", 2000)],
      mp3s: [],
      snapshots: [],
      notInForce: [],
      unrecognized: [stored("calls/sid1_\u{1F600}.txt", 1), stored("calls/sid1_\uFF01.txt", 1)],
      problems: [],
      present: 5,
      expected: 5,
      complete: true,
      waitingFor: [],
      newest: "2026-11-23T12:00:20.000Z",
      storeTime: "2026-11-23T12:01:00.000Z",
      totals: { ...TOTALS },
    },
    problems: [
      {
        check: "segment-gap",
        severity: "warning",
        subject: "calls/sid1_room.m3u8",
        expected: "no gap",
        observed: "3 s",
      },
    ],
  };
}

function stored(key: string, sizeBytes: number) {
  return { key, sizeBytes, etag: "e1", lastModified: "2026-11-23T12:00:20.000Z" };
}
