/**
 * The input of `finalizeRecording`, as a caller writes it and with every default filled in. The client parses it before it
 * sends anything; the worker parses it again, because a caller may not use our client.
 */
import ms, { type StringValue } from "ms";
import { z } from "zod";

import { MODES, RECORDING_MODES } from "../agora/modes.ts";
import { describeIssues, missingFieldMessages } from "../lib/schema-errors.ts";
import { EXPECT_WORDS, type ExpectWord } from "../recording/file-kinds.ts";
import { failure } from "./failures.ts";
import type { UserTracks } from "../recording/types.ts";
import type { Level } from "./problem.ts";
import type { StopMethod } from "./stop.ts";

/** Beyond these a duration is a slip, and a deadline may be later than any date. */
const LONGEST = { hour: "1h", stop: "24h", wait: "10d" };

/** `stop.at` may be a year ahead, a leap year included. */
const LONGEST_DELAY_MS = 366 * 24 * 60 * 60 * 1000;

/** Part of a URL path and of object keys: must not change the meaning of either. */
const pathPart = z
  .string()
  .regex(/^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$/, "must be made of letters, digits and . _ ~ - only")
  .max(1024);
const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, "must be made of letters, digits, _ and - only")
  .max(64);
const sid = z
  .string()
  .regex(/^[A-Za-z0-9-]+$/, "must be made of letters, digits and - only")
  .max(128);
const duration = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,9})? ?(ms|s|m|h|d)$/, {
    error: 'must be a duration such as "30s", "10m", "24h" or "10d"',
    abort: true, // the checks that follow convert it
  })
  .describe('A duration such as "30s", "10m", "24h" or "10d"');

const mode = z
  .enum(RECORDING_MODES, { error: ({ input }) => (input === undefined ? undefined : refuseMode(input)) })
  .describe("As in the path of start: individual is Agora's legacy mode, which raw replaces");

const Recording = z.strictObject({
  appId: pathPart.describe("The Agora App ID of the channel"),
  account: name.default("default").describe("Which of the worker's Agora accounts sends the stop"),
  resourceId: pathPart.optional().describe("From acquire. Required unless stop.method is none"),
  sid: sid.describe("From start"),
  mode,
  cname: z
    .string()
    .min(1)
    .max(1024)
    .describe("The channel, as in acquire: at most 64 bytes of UTF-8; in mode web any label of at most 1,024"),
  uid: z.string().min(1).max(255).describe("The recorder's uid, as in acquire"),
});

const prefixPart = z
  .string()
  .min(1)
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  .regex(/^(?!\.{1,2}$)[^/\u0000-\u001f\u007f]+$/, "must be one directory name");

const uid = z.string().min(1).max(255);
const User = z.union(
  [
    uid,
    z
      .strictObject({ uid, tracks: z.array(z.enum(["audio", "video"])).min(1) })
      .describe("A user, and what must be there of this user: sound, pictures, or both"),
  ],
  'must be a uid, or { "uid": "…", "tracks": ["audio", "video"] }',
);

const Files = z.strictObject({
  store: name.default("default").describe("Which of the worker's stores holds the files"),
  fileNamePrefix: z.array(prefixPart).max(32).default([]).describe("As in the storageConfig of start"),
  expect: z.array(z.enum(EXPECT_WORDS)).min(1).default(["hls"]).describe("What the recording must have produced"),
  uids: z.array(User).max(1000).default([]).describe("Whom the modes individual and raw must hold"),
});

const Stop = z.strictObject({
  method: z.enum(["async", "sync", "none"]).default("async").describe("none: the recording has ended already"),
  at: z.iso
    .datetime({ offset: true })
    .refine((text) => Date.parse(text) - Date.now() <= LONGEST_DELAY_MS, "must not be more than a year ahead")
    .optional()
    .describe("Do not stop before this moment"),
});

const positive = duration.refine((text) => toMs(text) > 0, "must be longer than zero");

function upTo(longest: string, why = "") {
  return positive.refine((text) => toMs(text) <= toMs(longest), `must not be longer than ${longest}${why}`);
}

const Timeouts = z.strictObject({
  stop: upTo(LONGEST.stop).default("1h"),
  upload: upTo(LONGEST.wait).default("20m").describe("Agora usually needs less than 20m"),
  backup: upTo(LONGEST.wait, ": Agora's backup cloud deletes files then")
    .default("72h")
    .describe("Agora keeps files for 72h by its newest page, for 10d by an older one"),
  verify: upTo(LONGEST.wait).default("1h"),
});

type Interval = { initialInterval: string; backoffCoefficient: number; maximumInterval: string };

function schedule(defaults: Interval) {
  return z
    .strictObject({
      initialInterval: upTo(LONGEST.hour).default(defaults.initialInterval),
      backoffCoefficient: z.number().min(1).max(100).default(defaults.backoffCoefficient),
      maximumInterval: upTo(LONGEST.hour).default(defaults.maximumInterval),
    })
    .prefault({});
}

const Poll = z.strictObject({
  upload: schedule({ initialInterval: "5s", backoffCoefficient: 2, maximumInterval: "30s" }),
  backup: schedule({ initialInterval: "30s", backoffCoefficient: 2, maximumInterval: "10m" }),
  quiet: duration
    .refine((text) => toMs(text) <= toMs(LONGEST.hour), `must not be longer than ${LONGEST.hour}`)
    .default("30s")
    .describe("How long the newest object must have been unchanged"),
});

const objectKey = z
  .string()
  .min(1)
  .max(1024)
  .regex(
    /^(?!\/)(?!(.*\/)?\.{1,2}(\/|$)).*[^/]$/,
    "must be an object key without leading or trailing slash and without . or .. parts",
  );

const Manifest = z.strictObject({
  store: name.optional().describe("Default: the store of the files"),
  key: objectKey.optional().describe("Default: <prefix>/<sid>.<runId>.manifest.json"),
});

/** The one argument of `finalizeRecording`. Only `recording` is required. */
export const FinalizeInput = z
  .strictObject({
    recording: Recording,
    files: Files.nullable().optional().describe("null: no store to look into"),
    stop: Stop.prefault({}),
    verification: z.enum(["list", "head", "probe", "hash"]).default("list"),
    timeouts: Timeouts.prefault({}),
    poll: Poll.prefault({}),
    manifest: Manifest.prefault({}),
  })
  .refine(({ recording, stop }) => stop.method === "none" || recording.resourceId !== undefined, {
    path: ["recording", "resourceId"],
    message: "is required unless stop.method is none",
  })
  .superRefine((input, context) => {
    for (const issue of findModeIssues(input)) context.addIssue({ code: "custom", ...issue });
  });
export type FinalizeInput = z.input<typeof FinalizeInput>;

/** Intervals between looks, named as in Temporal's retry policy. */
export type Schedule = { initialIntervalMs: number; backoffCoefficient: number; maximumIntervalMs: number };

/** The input with every default filled in and every duration in milliseconds. */
export type ResolvedInput = {
  recording: z.output<typeof Recording>;
  files: { store: string; prefix: string; expect: ExpectWord[]; uids: string[]; tracks?: UserTracks[] } | null;
  stop: Omit<z.output<typeof Stop>, "method"> & { method: StopMethod };
  level: Level;
  timeoutsMs: { stop: number; upload: number; backup: number; verify: number };
  poll: { upload: Schedule; backup: Schedule; quietMs: number };
  manifest: { store: string; key: string | null } | null;
};

/** Throws our `InputInvalid`, with every wrong field and the reason, unless a workflow would accept this input. */
export function assertInput(input: unknown): asserts input is FinalizeInput {
  parseInput(input);
}

/**
 * Parses a caller's input and fills in the defaults. Without `files`, the store `default` is meant where the worker has one.
 * Throws our `InputInvalid`, with every wrong field and the reason.
 */
export function resolveInput(input: unknown, hasDefaultStore: boolean): ResolvedInput {
  const parsed = parseInput(input);
  const { recording, stop, verification: level, timeouts, poll, manifest } = parsed;
  const asked = parsed.files === undefined && hasDefaultStore ? Files.parse({}) : (parsed.files ?? null);
  if (asked === null) return { recording, files: null, stop, level, ...durationsInMs(timeouts, poll), manifest: null };

  const { store, fileNamePrefix, expect, uids } = asked;
  const tracks = uids.filter((user) => typeof user === "object");
  const files = {
    store,
    prefix: joinPrefix(fileNamePrefix),
    expect,
    uids: uids.map((user) => (typeof user === "object" ? user.uid : user)),
    ...(tracks.length > 0 && { tracks }),
  };
  const target = { store: manifest.store ?? store, key: manifest.key ?? null };
  return { recording, files, stop, level, ...durationsInMs(timeouts, poll), manifest: target };
}

function parseInput(input: unknown): z.output<typeof FinalizeInput> {
  const parsed = FinalizeInput.safeParse(input, missingFieldMessages);
  if (parsed.success) return parsed.data;
  throw failure("InputInvalid", `Cannot finalize the recording: ${describeIssues(parsed.error)}`);
}

/** What one field allows and the mode, or the level, does not. */
function findModeIssues({
  recording,
  files,
  verification,
}: Pick<z.output<typeof FinalizeInput>, "recording" | "files" | "verification">) {
  const { channelBytes, tracksByUser, tracksShareFiles } = MODES[recording.mode];
  const issues: { path: (string | number)[]; message: string }[] = [];
  if (new TextEncoder().encode(recording.cname).length > channelBytes) {
    const message = `must have at most ${channelBytes} bytes in mode ${recording.mode}`;
    issues.push({ path: ["recording", "cname"], message });
  }
  const isProbed = verification === "probe" || verification === "hash";
  for (const [index, user] of (files?.uids ?? []).entries()) {
    if (typeof user === "string" || (tracksByUser && (!tracksShareFiles || isProbed))) continue;
    const message = tracksByUser
      ? `needs verification probe or hash in mode ${recording.mode}, where one file holds sound and pictures`
      : `is only for modes with files of each user, not for mode ${recording.mode}`;
    issues.push({ path: ["files", "uids", index, "tracks"], message });
  }
  return issues;
}

/** Names what was written, if it is a word. */
function refuseMode(input: unknown): string {
  const written = typeof input === "string" ? JSON.stringify(input.slice(0, 40)) : "this";
  return `${written} is not a mode that we know: ${RECORDING_MODES.join(", ")}`;
}

/** The parts of a prefix, each followed by `/`; empty for the bucket's root. */
function joinPrefix(parts: string[]): string {
  return parts.map((part) => `${part}/`).join("");
}

function durationsInMs(
  timeouts: z.output<typeof Timeouts>,
  poll: z.output<typeof Poll>,
): Pick<ResolvedInput, "timeoutsMs" | "poll"> {
  const { stop, upload, backup, verify } = timeouts;
  return {
    timeoutsMs: { stop: toMs(stop), upload: toMs(upload), backup: toMs(backup), verify: toMs(verify) },
    poll: { upload: toSchedule(poll.upload), backup: toSchedule(poll.backup), quietMs: toMs(poll.quiet) },
  };
}

function toSchedule(poll: Interval): Schedule {
  return {
    initialIntervalMs: toMs(poll.initialInterval),
    backoffCoefficient: poll.backoffCoefficient,
    maximumIntervalMs: toMs(poll.maximumInterval),
  };
}

function toMs(text: string): number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the pattern of `duration` is narrower than ms's own
  return ms(text as StringValue);
}
