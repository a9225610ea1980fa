/**
 * The ground truth: what is recorded, what is asked for, and how it must end without interference, whatever happens to
 * workers, Temporal, the store, Agora and clocks on the way.
 */
import type { FinalizeInput, Outcome, StopReport } from "../../../src/client.ts";
import type { RecordOptions } from "../../../src/emulator/recording/record.ts";
import { scenarios, type Scenario, type ScenarioName } from "../../../src/emulator/scenarios.ts";

export type ChaosCase = {
  recorded: RecordOptions;
  input: Omit<FinalizeInput, "recording">;
  ends: (stop: StopReport) => Outcome;
  /** How Agora must have answered the stop. */
  stops: StopReport["status"][];
};

const POLL = {
  upload: { initialInterval: "500ms", backoffCoefficient: 1.2, maximumInterval: "3s" },
  backup: { initialInterval: "500ms", backoffCoefficient: 1.2, maximumInterval: "3s" },
  // Longer than the emulator ever pauses between two files of one recording.
  quiet: "3s",
} as const;
/** Longer than all troubles together, those that follow a killed worker included. */
const PATIENT = { upload: "10m", backup: "10m" } as const;
/** Where something never comes. */
const IMPATIENT = { upload: "4s", backup: "4s" } as const;

const SYNC = { stop: { method: "sync" } } as const;
const TWO = { files: { uids: ["123", "456"] } };

export const CHAOS_CASES = {
  plain: verified("plain"),
  "plain, sync": verified("plain", SYNC),
  "plain, each object's head": verified("plain", { verification: "head" }),
  "plain, hashed": verified("plain", { verification: "hash" }),
  individual: verified("plain", TWO, "individual"),
  web: verified("mp4", { ...SYNC, files: { expect: ["hls", "mp4"] } }, "web"),
  "two MP4s": verified("two-mp4s", { files: { expect: ["hls", "mp4"] }, verification: "probe" }),
  snapshots: verified("snapshots", { files: { expect: ["snapshots"] } }, "individual"),
  late: verified("late"),
  "late user": verified("late-user", TWO, "individual"),
  backuped: verified("backuped", SYNC),
  "backuped, and nobody says so": verified("backuped"),
  "backuped thrice": verified("backuped-thrice", SYNC),
  failover: verified("failover"),
  "failover, and 404 meanwhile": verified("failover-grace"),
  "answer lost": verified("answer-lost"),
  "answer never": verified("hanging"),
  "connection refused": verified("connection-refused"),
  "not completed": verified("not-completed"),
  unavailable: verified("unavailable"),
  "rate limited": verified("rate-limited"),
  "sync timeout": verified("sync-timeout", SYNC),
  "query after the stop": verified("query-after-stop"),
  "stopped by itself": { ...verified("idle"), stops: ["already-ended", "accepted"] },
  "stopped long ago": { ...verified("gone"), stops: ["already-ended", "accepted"] },
  "no store": { ...verified("plain", { files: null }), ends: () => "unverified" },
  "damaged, probed": { ...verified("damaged-segment", { verification: "probe" }), ends: () => "damaged" },
  "damaged, listed": verified("damaged-segment"),

  "segment lost": incomplete("lost"),
  "segment lost, sync": incomplete("lost", SYNC),
  "segment empty": incomplete("empty-segment"),
  unfinished: incomplete("unfinished"),
  "playlist lost": incomplete("no-playlist"),
  "MP4 lost": incomplete("lost-mp4", { files: { expect: ["hls", "mp4"] } }),
  "user lost": incomplete("lost-user", TWO, "individual"),
  "backuped, and a segment lost": incomplete("backuped-lost", SYNC),

  "nothing uploaded": nothingThere("nothing-uploaded"),
  "nothing uploaded, sync": nothingThere("nothing-uploaded", SYNC),
  "nothing came back from the backup": nothingThere("backuped-nothing", SYNC),
  "nothing recorded": {
    ...nothingThere("nothing-recorded"),
    // If Agora's answer is lost, it is unknown that nothing was recorded.
    ends: ({ status }) => (status === "nothing-recorded" ? "empty" : "not-found"),
    stops: ["nothing-recorded", "accepted"],
  },
} satisfies Record<string, ChaosCase>;

export type CaseName = keyof typeof CHAOS_CASES;
export const CASE_NAMES = Object.keys(CHAOS_CASES).filter(isStoryName);

function isStoryName(name: string): name is CaseName {
  return Object.hasOwn(CHAOS_CASES, name);
}

function verified(
  scenario: ScenarioName,
  input: ChaosCase["input"] = {},
  mode: RecordOptions["mode"] = "mix",
): ChaosCase {
  return {
    recorded: { mode, scenario: exitingForLong(scenario) },
    input: { poll: POLL, timeouts: PATIENT, ...input },
    ends: () => "verified",
    stops: ["accepted"],
  };
}

function incomplete(
  scenario: ScenarioName,
  input: ChaosCase["input"] = {},
  mode: RecordOptions["mode"] = "mix",
): ChaosCase {
  return { ...verified(scenario, { timeouts: IMPATIENT, ...input }, mode), ends: () => "incomplete" };
}

/** `lost` exactly where Agora's word was heard. */
function nothingThere(scenario: ScenarioName, input: ChaosCase["input"] = {}): ChaosCase {
  return {
    ...incomplete(scenario, input),
    ends: ({ uploadingStatus }) => (uploadingStatus === null ? "not-found" : "lost"),
  };
}

/** The session answers 49 for some time, so that a second lost answer is no 404, whose grace is 90 s. */
function exitingForLong(name: ScenarioName): Partial<Scenario> {
  return { stopsWhileExiting: 8, ...scenarios[name] };
}
