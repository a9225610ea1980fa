/** The phases of a finalization: one row each, which the workflow, the client and the command read. */
import type { ActivityName } from "./names.ts";
import type { Outcome } from "./result.ts";

export type Phase = "scheduled" | "stopping" | "uploading" | "backup" | "verifying" | "done";

type PhaseRow = {
  /** The activity that runs in this phase: a pending one tells the phase where no worker answers. */
  activity: ActivityName | null;
  /** Of a phase that waits for files: the name of its timeout and of its schedule in the input. */
  wait?: "upload" | "backup";
  /** One sentence for people. */
  waitingFor: (facts: { stopAt: string | undefined; outcome: Outcome | null }) => string;
  /** What an operator can do or see, in Markdown. */
  advice: readonly string[];
};

const WATCH_FILES = "Pending Activities tells which files are there, and when it looks next";
const END_WAIT = "Signal `forceStop` to end the wait and check what is there";

export const PHASES = {
  scheduled: {
    activity: null,
    waitingFor: ({ stopAt = "its time" }) => `The stop is due at ${stopAt}`,
    advice: ["Signal `forceStop` to stop now; `cancel` to give up: **the recording then goes on and is billed**"],
  },
  stopping: {
    activity: "stopRecording",
    waitingFor: () => "Agora to answer the stop",
    advice: [
      "Pending Activities tells Agora's last answer",
      "Signal `forceStop` to end the retries within 30 s and check the files that are there",
    ],
  },
  uploading: {
    activity: "awaitUpload",
    wait: "upload",
    waitingFor: () => "Agora to upload the files to the store",
    advice: [WATCH_FILES, END_WAIT],
  },
  backup: {
    activity: "awaitBackup",
    wait: "backup",
    waitingFor: () => "Agora's backup cloud to deliver the files to the store",
    advice: [WATCH_FILES, END_WAIT],
  },
  verifying: {
    activity: "publishManifest",
    waitingFor: () => "The check of the files and the manifest",
    advice: [],
  },
  done: {
    activity: null,
    waitingFor: ({ outcome }) => (outcome === null ? "Nothing" : `Nothing: the outcome is ${outcome}`),
    advice: ["The result has the manifest's place and digest, and the first problems by name"],
  },
} as const satisfies Record<Phase, PhaseRow>;

/** The phases that wait for files. */
export type WaitPhase = { [P in Phase]: (typeof PHASES)[P] extends { wait: string } ? P : never }[Phase];

export function isWaitPhase(phase: Phase): phase is WaitPhase {
  return "wait" in PHASES[phase];
}

export function isPhase(name: unknown): name is Phase {
  return typeof name === "string" && Object.hasOwn(PHASES, name);
}

/** The phase whose activity this is. */
export function phaseOfActivity(name: string | null | undefined): Phase | null {
  return (
    Object.keys(PHASES)
      .filter(isPhase)
      .find((phase) => PHASES[phase].activity === name) ?? null
  );
}
