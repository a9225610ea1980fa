/** Reports' sources for tests: what the manifest's own writer makes of recordings of any length, whole or with holes. */
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { writeManifest, type ManifestFacts } from "../../src/manifest/write-manifest.ts";
import { Segment } from "../../src/manifest/schema.ts";
import type { PlaylistEntry, SegmentEntry } from "../../src/recording/types.ts";
import type { ReportSource } from "../../src/report/page.ts";
import { manifestFacts } from "../support/recordings/manifest-facts.ts";

const STARTED_MS = Date.parse("2026-11-23T09:58:30.000Z");
const SEGMENT_MS = 15_000;

export type Call = {
  cname?: string;
  users: string[];
  segments: number;
  /** Places in each track that are missing from the store, and that its playlist does not name. */
  missing?: number[];
  paused?: number[];
};

/** A call in individual mode. What is missing is a problem; the first gap of a track is a warning. */
export function callSource({ cname = "lesson", users, segments, missing = [], paused = [] }: Call): ReportSource {
  const prefix = "calls/2026/";
  const places = Array.from({ length: segments }, (_, place) => place).filter((place) => !paused.includes(place));
  const playlists = users.map((uid, index): PlaylistEntry => {
    const stem = `${prefix}5f0e3c9a41b84d6c8a7e2f10b9d3c4e5_${cname}__uid_s_${uid}__uid_e_${index % 2 === 0 ? "av" : "audio"}`;
    const key = `${stem}.m3u8`;
    const isWhole = index > 0;
    const isThere = (place: number) => isWhole || !missing.includes(place);
    return {
      ...object(key, 40 * segments, segments),
      stem,
      track: { uid, type: index % 2 === 0 ? "av" : "audio" },
      failover: null,
      candidates: [key],
      chosenBecause: "the only one",
      ended: true,
      superseded: false,
      targetDurationSeconds: 16,
      durationSeconds: (places.length * SEGMENT_MS) / 1000,
      segments: places.filter(isThere).map((place) => segmentAt(stem, place)),
      missing: places.filter((place) => !isThere(place)).map((place) => segmentKey(stem, place)),
    };
  });
  return sourceOf(factsOf({ cname, prefix, playlists }));
}

/** What the manifest's writer makes of facts, its side file read again. */
export function sourceOf(facts: ManifestFacts): ReportSource {
  const { bytes, sha256, sideFile } = writeManifest(facts);
  const manifest = readManifest(bytes, sha256);
  const lines = sideFile === undefined ? [] : Buffer.from(sideFile.bytes).toString().trimEnd().split("\n");
  const listed = lines.map((line) => Segment.parse(JSON.parse(line)));
  const segments = "entries" in manifest.segments ? manifest.segments.entries : listed;
  return { manifest, segments, file: { name: facts.key, sha256, bytes: bytes.length, confirmed: true } };
}

function factsOf({
  cname,
  prefix,
  playlists,
}: {
  cname: string;
  prefix: string;
  playlists: PlaylistEntry[];
}): ManifestFacts {
  const base = manifestFacts();
  const segments = playlists.flatMap((playlist) => playlist.segments);
  const absent = playlists.flatMap(({ missing }) => missing);
  return {
    ...base,
    prefix,
    key: `${prefix}5f0e3c9a41b84d6c8a7e2f10b9d3c4e5.run1.manifest.json`,
    recording: { ...base.recording, sid: "5f0e3c9a41b84d6c8a7e2f10b9d3c4e5", cname, mode: "individual" },
    outcome: absent.length > 0 ? "incomplete" : "verified",
    ...ending(segments),
    inventory: {
      ...base.inventory,
      playlists,
      mp4s: [],
      unrecognized: [],
      totals: {
        files: playlists.length + segments.length,
        bytes: sum([...playlists, ...segments].map(({ sizeBytes }) => sizeBytes)),
        playlists: playlists.length,
        segments: segments.length,
        mp4s: 0,
        mp3s: 0,
        snapshots: 0,
        durationSeconds: sum(playlists.map(({ durationSeconds }) => durationSeconds)),
      },
    },
    problems: [
      {
        check: "file-set-not-reported",
        severity: "warning",
        subject: `${prefix}5f0e3c9a41b84d6c8a7e2f10b9d3c4e5`,
        expected: "Agora's final file list, or the users to expect",
        observed: "neither",
      },
      ...absent.map((key) => ({
        check: "segment-missing",
        severity: "error" as const,
        subject: key,
        expected: `segment ${key.slice(prefix.length)}`,
        observed: "no such object",
      })),
    ],
  };
}

/** Stopped when the last segment had been recorded; the backup cloud was waited for. */
function ending(segments: SegmentEntry[]): Pick<ManifestFacts, "stop" | "backup" | "timeline"> {
  const lastMs = Math.max(STARTED_MS, ...segments.slice(-1).map(({ lastModified }) => Date.parse(lastModified)));
  const at = (seconds: number) => new Date(lastMs + seconds * 1000).toISOString();
  return {
    stop: { status: "accepted", at: at(-20), attempts: 1, uploadingStatus: "backuped" },
    backup: { detectedBy: "stop", waitedMs: 61_234 },
    timeline: [
      { at: at(-20), source: "stop", what: "The stop is accepted" },
      { at: at(-20), source: "stop", kind: "backup-detected", what: "The backup cloud holds files of this recording" },
      { at: at(-11), source: "notification", what: "The recording session ended" },
    ],
  };
}

function segmentAt(stem: string, place: number): SegmentEntry {
  const sizeBytes = 180_000 + ((place * 7919) % 40_000);
  return {
    ...object(segmentKey(stem, place), sizeBytes, place + 1),
    container: "ts",
    durationSeconds: SEGMENT_MS / 1000,
    discontinuity: false,
  };
}

function segmentKey(stem: string, place: number): string {
  return `${stem}_${new Date(STARTED_MS + place * SEGMENT_MS).toISOString().replaceAll(/\D/g, "")}.ts`;
}

function object(key: string, sizeBytes: number, place: number) {
  const lastModified = new Date(STARTED_MS + place * SEGMENT_MS + 4000).toISOString();
  return { key, sizeBytes, etag: "9a0364b9e99bb480dd25e1f0284c8555", lastModified };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
