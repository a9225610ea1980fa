/**
 * The documents that others read, as zod schemas: the manifest, the lines of its side file, and the workflow's result.
 * `schema/*.json` is generated from them (`dev/write-schemas.ts`).
 *
 * Within version 1 fields may be added and never change their meaning, so a reader must ignore fields that it does not know.
 */
import { z } from "zod";

import { OUTCOMES } from "../contract/result.ts";
import { STOP_STATUSES } from "../contract/stop.ts";
import { UPLOADING_STATUSES } from "../agora/answers.ts";
import { RECORDING_MODES } from "../agora/modes.ts";
import { mapStandalone } from "../recording/file-kinds.ts";

export const SCHEMA_BASE = "https://tailslate.dev/schema/";
export const MANIFEST_SCHEMA = `${SCHEMA_BASE}manifest.v1.json`;

const count = z.int().min(0);
const seconds = z.number().min(0).describe("Seconds, rounded to microseconds");
const moment = z.iso.datetime().describe("ISO 8601, UTC");
const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("SHA-256 of the bytes, lower-case hex");

const StopReport = z.object({
  status: z.enum(STOP_STATUSES),
  at: moment,
  attempts: count.describe("Calls to Agora's stop that are known to have been made"),
  uploadingStatus: z.enum(UPLOADING_STATUSES).nullable(),
});

const BackupReport = z.object({
  detectedBy: z.enum(["stop", "notification", "inferred"]),
  waitedMs: z.number().min(0),
});

const Problem = z.object({
  check: z.string().describe("Stable id of the check"),
  severity: z.enum(["error", "warning"]),
  subject: z.string().describe("The key or the thing that the finding is about"),
  expected: z.string(),
  observed: z.string(),
});

const Totals = z.object({
  files: count,
  bytes: count,
  playlists: count,
  segments: count,
  ...mapStandalone(() => count),
  mp3s: count.default(0), // absent before 0.3.0
  durationSeconds: seconds.describe(
    "Length of the longest track over all servers, by its playlists, rounded to microseconds; missing segments are not counted",
  ),
});

const Level = z.enum(["list", "head", "probe", "hash"]);
const ExpectedFrom = z.enum(["agora", "discovered"]);

const StoredObject = z.object({
  key: z.string(),
  sizeBytes: count,
  etag: z.string().describe("As the store gives it, without quotes; not always an MD5"),
  lastModified: moment,
});

const Entry = StoredObject.extend({
  checksum: z
    .object({
      algorithm: z.enum(["crc64nvme", "crc64ecma", "crc32c", "crc32", "sha256", "sha1", "md5"]),
      value: z.string(),
    })
    .exactOptional()
    .describe("What the store itself computed and keeps; from level head on, where the store has one"),
  versionId: z
    .string()
    .exactOptional()
    .describe(
      "Which version of the object was checked; from level head on, playlists always, where the store keeps versions",
    ),
  sha256: sha256.exactOptional(),
});

const Playlist = Entry.extend({
  stem: z.string(),
  form: z
    .enum(["master", "mpd"])
    .exactOptional()
    .describe("master: it names playlists; mpd: a DASH presentation; absent: an HLS playlist of segments"),
  track: z.object({ uid: z.string(), type: z.string() }).nullable(),
  failover: count.nullable(),
  candidates: z.array(z.string()).describe("Keys of every playlist of this stem"),
  chosenBecause: z.string(),
  ended: z.boolean().describe("Whether it ends with #EXT-X-ENDLIST"),
  superseded: z.boolean().describe("Whether a later failover set continues it"),
  targetDurationSeconds: seconds.nullable(),
  durationSeconds: seconds,
  segmentCount: count.describe("Segments that it names and that are there"),
  missing: z
    .array(z.string())
    .describe("Keys that it names and that are missing or empty; the first where there are many"),
  missingCount: count.exactOptional().describe("How many are missing or empty"),
});

/** A segment in the manifest, or one line of its side file. */
export const Segment = Entry.extend({
  playlist: z.string().describe("Key of the playlist that names it"),
  durationSeconds: seconds.describe("As its playlist gives it"),
});
export type Segment = z.output<typeof Segment>;

const Reference = z.object({ key: z.string(), sha256, bytes: count });

/** What became of one recording, and every file of it. */
export const Manifest = z.object({
  schema: z.literal(MANIFEST_SCHEMA),
  version: z.literal(1),
  key: z.string().exactOptional().describe("Where the manifest was written"),
  recording: z.object({
    appId: z.string(),
    account: z.string(),
    resourceId: z.string().nullable(),
    sid: z.string(),
    mode: z.enum(RECORDING_MODES),
    cname: z.string(),
    uid: z.string(),
  }),
  store: z.string().describe("The worker's name for the store of the files"),
  bucket: z.string(),
  prefix: z.string(),
  level: Level,
  outcome: z.enum(["lost", "incomplete", "damaged", "verified"]),
  forced: z.boolean(),
  run: z.object({ workflowId: z.string(), runId: z.string() }),
  stop: StopReport,
  backup: BackupReport.nullable(),
  timeline: z
    .array(
      z.object({
        at: moment,
        source: z.enum(["stop", "query", "notification", "bucket", "operator"]),
        kind: z.string().exactOptional().describe("Stable id of what was learnt"),
        what: z.string(),
      }),
    )
    .describe("What was learnt, when and from whom"),
  expectedFrom: ExpectedFrom,
  checkedAt: moment
    .exactOptional()
    .describe("The files were not checked before this moment, by Temporal's clock; absent before 0.3.0"),
  playlists: z.array(Playlist),
  segments: z
    .union([
      z.object({ count, entries: z.array(Segment) }),
      z.object({
        count,
        sideFile: Reference.describe("Beside the manifest: one JSON object a line, each as an entry would be"),
      }),
    ])
    .describe("Up to 1000 are here, more are in a side file"),
  ...mapStandalone(() => z.array(Entry)),
  mp3s: z.array(Entry).default([]), // absent before 0.3.0
  foreign: z
    .array(StoredObject)
    .describe("Objects that begin like the recording's, or that Agora named, and are of no known kind: not checked"),
  notInForce: z
    .array(StoredObject)
    .exactOptional()
    .describe("Playlists that another replaces, and segments that no playlist in force names or that are empty"),
  totals: Totals,
  problems: z.array(Problem).describe("The first 1000"),
  problemCount: count.exactOptional(),
});
export type Manifest = z.output<typeof Manifest>;

/** What `finalizeRecording` returns: `FinalizeResult` of `contract.ts`. */
export const Result = z.object({
  outcome: z.enum(OUTCOMES),
  level: Level,
  forced: z.boolean(),
  stop: StopReport,
  backup: BackupReport.nullable(),
  expectedFrom: ExpectedFrom,
  manifest: Reference.extend({ store: z.string() }).nullable(),
  totals: Totals.nullable(),
  problems: z.array(Problem).describe("The first 20; the manifest has up to 1000"),
  problemCount: count,
});
