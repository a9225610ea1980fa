import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Inventory } from "../../src/recording/types.ts";
import { takeInventory } from "../../src/inventory/inventory.ts";
import { checkCompletion } from "../../src/inventory/completion.ts";
import { decideOutcome } from "../../src/inventory/outcome.ts";
import { expectation, segments, STEM, scanOf, track } from "../support/recordings/scans.ts";

// The store says 06:00:00, and the newest object is of 05:59:00.
const complete = takeInventory(scanOf(track(STEM)), expectation());
const partial = takeInventory(scanOf(segments(STEM, 2)), expectation());
const nothing = takeInventory(scanOf({}), expectation());

describe("checkCompletion()", () => {
  const facts = {
    inventory: complete,
    expectation: expectation(),
    sessionLeftMs: 0,
    quietMs: 30_000,
  };

  for (const { when, changes, expected } of [
    { when: "complete, over and quiet", changes: {}, expected: { done: true } },
    {
      when: "over and quiet for just long enough",
      changes: { quietMs: 60_000 },
      expected: { done: true },
    },
    {
      when: "not complete, though Agora's list is authoritative",
      changes: { inventory: partial, expectation: expectation({ namedIsFinal: true }) },
      expected: { done: false, waitingFor: partial.waitingFor },
    },
    {
      when: "complete by an authoritative list, session and quiet or not",
      changes: {
        expectation: expectation({ namedIsFinal: true }),
        sessionLeftMs: 1e9,
        quietMs: 1e9,
      },
      expected: { done: true },
    },
    {
      when: "the session is not over",
      changes: { sessionLeftMs: 10_000 },
      expected: { done: false, waitingFor: ["the end of the session"], notBeforeMs: 10_000 },
    },
    {
      when: "the newest object is young",
      changes: { quietMs: 90_000 },
      expected: { done: false, waitingFor: ["90 s without a new file"], notBeforeMs: 30_000 },
    },
    {
      when: "a mix is final, but has changed within three minutes of a stop without an answer",
      changes: { sessionLeftMs: "unproven" as const },
      expected: { done: false, waitingFor: ["proof that the session has ended"] },
    },
    {
      when: "a mix is final and has not changed for three minutes",
      changes: {
        sessionLeftMs: "unproven" as const,
        inventory: { ...complete, storeTime: "2024-02-03T06:02:00.000Z" },
      },
      expected: { done: true },
    },
    {
      when: "users' tracks are final for long: only Agora knows whether their session has ended",
      changes: {
        sessionLeftMs: "unproven" as const,
        expectation: expectation({ mode: "raw" }),
        inventory: { ...complete, storeTime: "2024-02-03T16:00:00.000Z" },
      },
      expected: { done: false, waitingFor: ["proof that the session has ended"], onlyAgoraKnows: true },
    },
    {
      when: "both, of which the longer counts",
      changes: { quietMs: 90_000, sessionLeftMs: 10_000 },
      expected: { done: false, waitingFor: ["the end of the session", "90 s without a new file"], notBeforeMs: 30_000 },
    },
  ]) {
    test(`answers ${expected.done ? "done" : "not done"} when ${when}`, () => {
      assert.deepEqual(checkCompletion({ ...facts, ...changes }), expected);
    });
  }
});

describe("decideOutcome()", () => {
  type Facts = Partial<Parameters<typeof decideOutcome>[0]> & { inventory: Inventory };
  const error = { check: "x", severity: "error", subject: "", expected: "", observed: "" } as const;
  const silent = { saidNothingRecorded: false, agoraNamedOrClaimed: false };
  const cases: [string, string, Facts][] = [
    ["empty", "Agora recorded nothing and nothing is there", { inventory: nothing, saidNothingRecorded: true }],
    ["lost", "Agora named something and nothing is there", { inventory: nothing, agoraNamedOrClaimed: true }],
    ["not-found", "nobody spoke and nothing is there", { inventory: nothing }],
    [
      "incomplete",
      "something is missing, even though Agora says that nothing was recorded",
      { inventory: partial, saidNothingRecorded: true },
    ],
    ["incomplete", "something is missing and something else fails a check", { inventory: partial, problems: [error] }],
    ["damaged", "all is there and something fails a check", { inventory: complete, problems: [error] }],
    [
      "verified",
      "all is there and only warnings are left",
      { inventory: complete, problems: [{ ...error, severity: "warning" }] },
    ],
  ];
  for (const [outcome, when, facts] of cases) {
    test(`says ${outcome} when ${when}`, () => {
      assert.equal(decideOutcome({ problems: [], ...silent, ...facts }), outcome);
    });
  }
});
