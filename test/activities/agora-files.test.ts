import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { NamedFile } from "../../src/agora/answers.ts";
import { collectAgoraFiles } from "../../src/activities/agora-files.ts";
import type { AgoraEvidence, StopEvidence } from "../../src/contract/evidence.ts";
import type { AgoraNotification } from "../../src/contract/messages.ts";

const AT = "2026-11-23T12:00:00Z";
const NOW_MS = Date.parse(AT);
const NAMED: NamedFile[] = [{ name: "a.m3u8" }];

function evidence({
  method = "async",
  stop = {},
  notifications = [],
}: {
  method?: AgoraEvidence["stopMethod"];
  stop?: Partial<StopEvidence>;
  notifications?: AgoraNotification[];
}): AgoraEvidence {
  const report = { status: "accepted", at: AT, attempts: 1, uploadingStatus: null } as const;
  return {
    stop: { ...report, named: [], namedBy: "stop", sessionEnded: false, ...stop },
    stopMethod: method,
    notifications,
    sessionEndsAt: AT,
  };
}

function notice(eventType: number, ...names: string[]): AgoraNotification {
  const details = { fileList: names.map((fileName) => ({ fileName })) };
  return { noticeId: `${eventType}`, eventType, notifyMs: 0, sid: "s", sequence: 0, details };
}

describe("collectAgoraFiles()", () => {
  test("joins the stop's files and the notifications', each name once, as first told", () => {
    const { named } = collectAgoraFiles(
      evidence({
        stop: { named: [{ name: "a.m3u8", uid: "0" }] },
        notifications: [notice(32, "a.m3u8", "b.mp4"), notice(31, "b.mp4", "c.mp4"), notice(4, "d.m3u8")],
      }),
      NOW_MS,
    );
    assert.deepEqual(named, [{ name: "a.m3u8", uid: "0" }, { name: "b.mp4" }, { name: "c.mp4" }]);
  });

  for (const { name, input, isFinal, reported } of [
    { name: "silence", input: {}, isFinal: false, reported: false },
    {
      name: "a sync stop's uploaded with files",
      input: { method: "sync", stop: { named: NAMED, uploadingStatus: "uploaded" } },
      isFinal: true,
      reported: true,
    },
    {
      name: "a sync stop's uploaded without files",
      input: { method: "sync", stop: { uploadingStatus: "uploaded" } },
      isFinal: false,
      reported: true,
    },
    {
      name: "a sync stop's backuped",
      input: { method: "sync", stop: { named: NAMED, uploadingStatus: "backuped" } },
      isFinal: false,
      reported: true,
    },
    {
      name: "an async stop's uploaded",
      input: { stop: { named: NAMED, uploadingStatus: "uploaded" } },
      isFinal: false,
      reported: true,
    },
    { name: "files alone", input: { stop: { named: NAMED } }, isFinal: false, reported: true },
    { name: "backuped alone", input: { stop: { uploadingStatus: "backuped" } }, isFinal: false, reported: true },
    {
      name: "an unknown status alone",
      input: { stop: { uploadingStatus: "unknown" } },
      isFinal: false,
      reported: false,
    },
    { name: "31 with files", input: { notifications: [notice(31, "a.m3u8")] }, isFinal: true, reported: true },
    { name: "31 without files", input: { notifications: [notice(31)] }, isFinal: false, reported: true },
    { name: "71 with files", input: { notifications: [notice(71, "a.m3u8")] }, isFinal: true, reported: true },
    { name: "32 with files", input: { notifications: [notice(32, "a.m3u8")] }, isFinal: false, reported: true },
    { name: "32 without files", input: { notifications: [notice(32)] }, isFinal: false, reported: true },
    {
      name: "4, which names what is still recorded",
      input: { notifications: [notice(4, "a.m3u8")] },
      isFinal: false,
      reported: false,
    },
  ] as const satisfies {
    name: string;
    input: Parameters<typeof evidence>[0];
    isFinal: boolean;
    reported: boolean;
  }[]) {
    test(`${name}: ${isFinal ? "" : "not "}final, ${reported ? "" : "nothing "}reported`, () => {
      const result = collectAgoraFiles(evidence(input), NOW_MS);
      assert.deepEqual({ isFinal: result.isFinal, reported: result.reported }, { isFinal, reported });
    });
  }
});
