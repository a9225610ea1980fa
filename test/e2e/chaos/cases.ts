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
  plain: verifiedCase("plain"),
  "plain, sync": verifiedCase("plain", SYNC),
  "plain, each object's head": verifiedCase("plain", { verification: "head" }),
  "plain, hashed": verifiedCase("plain", { verification: "hash" }),
  individual: verifiedCase("plain", TWO, "individual"),
  web: verifiedCase("mp4", { ...SYNC, files: { expect: ["hls", "mp4"] } }, "web"),
  "two MP4s": verifiedCase("two-mp4s", { files: { expect: ["hls", "mp4"] }, verification: "probe" }),
  snapshots: verifiedCase("snapshots", { files: { expect: ["snapshots"] } }, "individual"),
  late: verifiedCase("late"),
  "late user": verifiedCase("late-user", TWO, "individual"),
  backuped: verifiedCase("backuped", SYNC),
  "backuped, and nobody says so": verifiedCase("backuped"),
  "backuped thrice": verifiedCase("backuped-thrice", SYNC),
  failover: verifiedCase("failover"),
  "failover, and 404 meanwhile": verifiedCase("failover-grace"),
  "answer lost": verifiedCase("answer-lost"),
  "answer never": verifiedCase("hanging"),
  "connection refused": verifiedCase("connection-refused"),
  "not completed": verifiedCase("not-completed"),
  unavailable: verifiedCase("unavailable"),
  "rate limited": verifiedCase("rate-limited"),
  "sync timeout": verifiedCase("sync-timeout", SYNC),
  "query after the stop": verifiedCase("query-after-stop"),
  "stopped by itself": { ...verifiedCase("idle"), stops: ["already-ended", "accepted"] },
  "stopped long ago": { ...verifiedCase("gone"), stops: ["already-ended", "accepted"] },
  "no store": { ...verifiedCase("plain", { files: null }), ends: () => "unverified" },
  "damaged, probed": { ...verifiedCase("damaged-segment", { verification: "probe" }), ends: () => "damaged" },
  "damaged, listed": verifiedCase("damaged-segment"),

  "segment lost": incompleteCase("lost"),
  "segment lost, sync": incompleteCase("lost", SYNC),
  "segment empty": incompleteCase("empty-segment"),
  unfinished: incompleteCase("unfinished"),
  "playlist lost": incompleteCase("no-playlist"),
  "MP4 lost": incompleteCase("lost-mp4", { files: { expect: ["hls", "mp4"] } }),
  "user lost": incompleteCase("lost-user", TWO, "individual"),
  "backuped, and a segment lost": incompleteCase("backuped-lost", SYNC),

  "nothing uploaded": emptyCase("nothing-uploaded"),
  "nothing uploaded, sync": emptyCase("nothing-uploaded", SYNC),
  "nothing came back from the backup": emptyCase("backuped-nothing", SYNC),
  "nothing recorded": {
    ...emptyCase("nothing-recorded"),
    // If Agora's answer is lost, it is unknown that nothing was recorded.
    ends: ({ status }) => (status === "nothing-recorded" ? "empty" : "not-found"),
    stops: ["nothing-recorded", "accepted"],
  },
} satisfies Record<string, ChaosCase>;

export type CaseName = keyof typeof CHAOS_CASES;
export const CASE_NAMES = Object.keys(CHAOS_CASES).filter(isCaseName);

function isCaseName(name: string): name is CaseName {
  return Object.hasOwn(CHAOS_CASES, name);
}

function verifiedCase(
  scenario: ScenarioName,
  input: ChaosCase["input"] = {},
  mode: RecordOptions["mode"] = "mix",
): ChaosCase {
  return {
    recorded: { mode, scenario: withLongExit(scenario) },
    input: { poll: POLL, timeouts: PATIENT, ...input },
    ends: () => "verified",
    stops: ["accepted"],
  };
}

function incompleteCase(
  scenario: ScenarioName,
  input: ChaosCase["input"] = {},
  mode: RecordOptions["mode"] = "mix",
): ChaosCase {
  return { ...verifiedCase(scenario, { timeouts: IMPATIENT, ...input }, mode), ends: () => "incomplete" };
}

/** `lost` exactly where Agora's word was heard. */
function emptyCase(scenario: ScenarioName, input: ChaosCase["input"] = {}): ChaosCase {
  return {
    ...incompleteCase(scenario, input),
    ends: ({ uploadingStatus }) => (uploadingStatus === null ? "not-found" : "lost"),
  };
}

/** The session answers 49 for some time, so that a second lost answer is no 404, whose grace is 90 s. */
function withLongExit(name: ScenarioName): Partial<Scenario> {
  return { stopsWhileExiting: 8, ...scenarios[name] };
}
