/** What Agora, or a server in its place, may send. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

import type { NamedFile } from "../../src/agora/answers.ts";
import { buildName, type NamingContext } from "../../src/agora/names/file-names.ts";
import { createNameReader } from "../../src/agora/names/name-reader.ts";
import { filesNamedBy } from "../../src/agora/decode.ts";
import { classifyQuery, classifyStop } from "../../src/agora/verdicts.ts";
import { decodeNotices } from "../../src/webhook/notice.ts";
import { json, type Target, text } from "./target.ts";

const fixtures = new URL("../fixtures/agora/", import.meta.url);
const answers = readdirSync(fixtures)
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(new URL(name, fixtures)));
const refusals = [
  { code: 404, reason: "failed to find worker" },
  { code: 435, message: "no recorded data" },
  { code: 49, reason: "repeated stop request" },
].map((refusal) => Buffer.from(JSON.stringify(refusal)));
const ANSWER_WORDS = [
  "serverResponse",
  "fileList",
  "fileName",
  "uploadingStatus",
  "backuped",
  "code",
  "435",
  "[",
  "{}",
];
const STATUSES = [200, 206, 400, 404, 429, 500, 504];

const RECORDINGS: NamingContext[] = [
  { sid: "abc123", cname: "room_1", mode: "mix" },
  { sid: "abc123", cname: "a.b/c", mode: "web" },
  { sid: "ABC", cname: "x__uid_s_1__uid_e_audio", mode: "individual" },
];
const NAMES = [
  "abc123_room_1.m3u8",
  "bak0_abc123_room_1_20261123120000000.ts",
  "abc123_a-b-c_0.mp4",
  "ABC_x__uid_s_1__uid_e_audio__uid_s_527841__uid_e_video_1700000000_1.m3u8",
  "abc123_room_1_20261123120000000.jpg",
];

export const agoraTargets: Target[] = [
  {
    name: "answer to stop or query",
    seeds: [...answers, ...refusals],
    words: ANSWER_WORDS,
    check(bytes) {
      const body = json(bytes);
      for (const status of STATUSES) {
        const stop = classifyStop({ status, body });
        const query = classifyQuery({ status, body });
        assert.ok(stop.summary.length < 200 && query.summary.length < 200, "a foreign body in our own words");
        if (stop.verdict.kind === "accepted") assertNamed(stop.verdict.answer.files);
        if (query.verdict.kind === "known") assertNamed(query.verdict.answer.files);
      }
    },
  },
  {
    name: "notification",
    seeds: [1, 11, 31, 33, 71].map((eventType) => Buffer.from(JSON.stringify(notification(eventType)))),
    words: ["noticeId", "productId", "eventType", "payload", "details", "fileList", "sid", "3", '"31"'],
    check(bytes) {
      for (const notice of decodeNotices(bytes)) {
        if (notice.kind !== "ours") continue;
        const { sid, noticeId, eventType, notifyMs, details } = notice.notification;
        assert.ok(sid.length > 0 && sid.length <= 128 && noticeId.length > 0);
        assert.ok(Number.isFinite(notifyMs) && Number.isInteger(eventType));
        assertNamed(filesNamedBy(eventType, details));
      }
    },
  },
  {
    name: "file name",
    found: ["a__uid_s_".repeat(50_000), "ABC_x__uid_s_1__uid_e_audio__uid_s_5__uid_e_video_1700000000_01.m3u8"],
    seeds: NAMES.map((name) => Buffer.from(name)),
    words: ["__uid_s_", "__uid_e_", "audio", "_0.mp4", ".m3u8", "bak1_", "_20261123120000000", "_1_2"],
    check(bytes) {
      const name = text(bytes);
      for (const recording of RECORDINGS) {
        const reader = createNameReader(recording);
        const file = reader.parse(name);
        if (file) assert.equal(buildName(file), name);
        const named = reader.parseNamed(name);
        if (named) assert.equal(buildName(named), name);
      }
    },
  },
];

function assertNamed(files: NamedFile[]): void {
  for (const { name, startedMs } of files) {
    assert.ok(typeof name === "string" && name.length > 0);
    if (startedMs !== undefined) new Date(startedMs).toISOString();
  }
}

function notification(eventType: number): object {
  const details = { msgName: "uploaded", status: 0, progress: 10_000, fileList: [{ fileName: "a.m3u8", uid: "0" }] };
  const payload = { cname: "room", uid: "1", sid: "abc", sequence: 2, sendts: 1_700_000_000_000, details };
  return { noticeId: "1:2", productId: 3, eventType, notifyMs: 1_700_000_000_000, payload };
}
