/** The three recordings of the demo, and what must come of each. */
import { isDeepStrictEqual } from "node:util";

import type { FinalizeInput, FinalizeResult } from "../../src/client.ts";
import type { RecordOptions } from "../../src/emulator/recording/record.ts";

export type DemoStory = {
  name: string;
  recorded: RecordOptions;
  input: Omit<FinalizeInput, "recording">;
  /** Whether it ended as it must. */
  isRight: (result: FinalizeResult) => boolean;
};

/** Quicker than the defaults, so that the demo is short. */
const POLL = {
  upload: { initialInterval: "1s", backoffCoefficient: 1.2, maximumInterval: "3s" },
  backup: { initialInterval: "1s", backoffCoefficient: 1.5, maximumInterval: "5s" },
  quiet: "3s",
} as const;
const LOST = 7;

export const DEMO_STORIES: DemoStory[] = [
  {
    name: "plain async stop",
    recorded: { cname: "lecture", scenario: { segments: 12, uploadEveryMs: 500 } },
    input: { poll: POLL },
    isRight: ({ outcome, backup }) => isDeepStrictEqual([outcome, backup], ["verified", null]),
  },
  {
    name: "a segment lost for good",
    recorded: { cname: "webinar", scenario: { segments: 12, uploadEveryMs: 300, lost: [LOST] } },
    input: { poll: POLL, timeouts: { upload: "15s", backup: "15s" } },
    isRight: ({ outcome, problems: [problem] }) =>
      outcome === "incomplete" && problem?.check === "segment-missing" && problem.subject.endsWith(".ts"),
  },
  {
    name: "backuped, moved later",
    recorded: {
      cname: "interview",
      scenario: { segments: 12, uploadEveryMs: 100, backup: { parts: [8, 9, 10, 11], afterMs: 9000, resent: 1 } },
    },
    input: { stop: { method: "sync" }, poll: POLL, verification: "probe" },
    isRight: ({ outcome, backup }) => outcome === "verified" && backup?.detectedBy === "stop",
  },
];
