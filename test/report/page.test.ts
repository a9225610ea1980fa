import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { renderReport, type ReportSource } from "../../src/report/page.ts";
import { manifestFacts } from "../support/recordings/manifest-facts.ts";
import { callSource, sourceOf } from "./sources.ts";

const HOLES = { users: ["527841", "1002"], segments: 240, missing: [30, 31, 120], paused: [60, 61] };
/** Bytes beside what the recording's length adds: style and words. */
const MOST_BYTES = 40_000;

/** The text of a page, tags left out. */
function textOf(page: string): string {
  return page
    .replace(/<style>[^]*<\/style>/, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
}

function withOutcome(outcome: "lost" | "incomplete" | "damaged" | "verified"): ReportSource {
  return sourceOf({ ...manifestFacts(), outcome });
}

describe("reportPage()", () => {
  for (const [outcome, answer] of [
    ["verified", "The recording was there"],
    ["damaged", "The recording was there, but damaged"],
    ["incomplete", "Part of the recording was missing"],
    ["lost", "The recording was not there"],
  ] as const) {
    test(`answers in its headline whether the recording was there: ${outcome}`, () => {
      const page = renderReport(withOutcome(outcome));
      assert.match(page, new RegExp(`<h1>${answer}</h1>`));
      assert.match(page, new RegExp(`<title>${answer}: room, sid1</title>`));
    });
  }

  test("says when the files were checked, at the earliest, and nothing about later", () => {
    const facts = manifestFacts();
    facts.stop.at = "2026-11-23T12:00:00.000Z";
    facts.timeline = [
      { at: "2026-11-23T12:05:06.000Z", source: "bucket", what: "b" },
      { at: "2026-11-23T12:00:00.000Z", source: "stop", what: "a" },
    ];
    const text = textOf(renderReport(sourceOf(facts)));
    assert.match(text, /Checked 2026-11-23 12:05:06 or later, at level/);
    facts.timeline = [];
    assert.match(textOf(renderReport(sourceOf(facts))), /Checked 2026-11-23 12:00:00 or later/);
  });

  test("says beside the length what it does not count, and never that missing files were there", () => {
    const call = callSource(HOLES);
    assert.match(textOf(renderReport(call)), / Length [^,]+, without 3 missing segments /);
    const late = { ...call.manifest.stop, at: "2026-11-24T00:00:00.000Z" };
    const text = textOf(renderReport({ ...call, manifest: { ...call.manifest, stop: late } }));
    assert.match(text, /Files all but the missing ones were there at the stop/);
    assert.doesNotMatch(textOf(renderReport(callSource({ users: ["1"], segments: 3 }))), /without|missing ones/);
  });

  test("lists the problems before everything else, errors before warnings, grouped by check", () => {
    const headings = [...renderReport(callSource(HOLES)).matchAll(/<h([23])[^>]*>([^]*?)<\/h\1>/g)].map(([, , text]) =>
      textOf(text ?? "").trim(),
    );
    assert.deepEqual(headings.slice(0, 4), [
      "Problems",
      "Error Segment missing, 3 times",
      "Warning File set not reported",
      "What was recorded when",
    ]);
  });

  test("does not repeat a file's name in what was expected of it", () => {
    const facts = manifestFacts();
    const subject = "calls/sid1_room.m3u8";
    facts.problems = [
      { check: "a", severity: "error", subject, expected: "an #EXT-X-ENDLIST in sid1_room.m3u8", observed: "none" },
      { check: "b", severity: "error", subject, expected: "playlist sid1_room.m3u8 with content", observed: "0 bytes" },
      { check: "c", severity: "error", subject, expected: "sid1_room.m3u8", observed: "no such object" },
    ];
    const text = textOf(renderReport(sourceOf(facts)));
    assert.match(text, /sid1_room.m3u8 expected: an #EXT-X-ENDLIST in … found: none/);
    assert.match(text, /sid1_room.m3u8 expected: playlist … with content found: 0 bytes/);
    assert.match(text, /sid1_room.m3u8 found: no such object/);
  });

  test("shows each track with what is missing and where nothing was recorded, and the same as a table", () => {
    const text = textOf(renderReport(callSource(HOLES)));
    assert.match(text, /User 527841, audio and video 09:58:30 to 10:58:30, 235 segments, 3 missing, 1 gap of 30s /);
    assert.match(text, /User 1002, audio 09:58:30 to 10:58:30, 238 segments, none missing, 1 gap of 30s /);
    assert.match(text, /Missing 2026-11-23 10:06:00 2026-11-23 10:06:30 30s 2 /);
    assert.match(text, /Gap 2026-11-23 10:13:30 2026-11-23 10:14:00 30s none /);
  });

  test("describes the stop, the files written after it and the wait for the backup cloud", () => {
    const text = textOf(renderReport(callSource(HOLES)));
    assert.match(text, /Stop Agora accepted it, 2026-11-23 10:58:14 , after 1 call/);
    assert.match(text, /\d+ of 475 were written after the stop, the last 20s after it/);
    assert.match(text, /Backup wait 1m 1s: Agora&#39;s answer to the stop reported it/);
  });

  test("lists playlists, MP4s, snapshots and strangers with their sizes, and the manifest's digest", () => {
    const facts = manifestFacts();
    const [mp4] = facts.inventory.mp4s;
    assert.ok(mp4);
    const checksum = { algorithm: "crc64nvme", value: "c3RvcmU=" } as const;
    facts.inventory.snapshots = [{ ...mp4, key: "calls/sid1_room_20261123120005000.jpg", checksum }];
    const source = sourceOf(facts);
    const text = textOf(renderReport(source));
    for (const name of ["sid1_room.m3u8", "sid1_room_1.mp4", "sid1_room_20261123120005000.jpg", "sid1_\u{1F600}.txt"]) {
      assert.ok(text.includes(` ${name} `), name);
    }
    assert.match(text, /the store's crc64nvme c3RvcmU=/);
    assert.ok(text.includes(`${source.file.sha256} , as promised`));
  });

  test("takes the time of the check from the manifest", () => {
    const checked = sourceOf({ ...manifestFacts(), checkedAt: "2026-11-23T12:01:02.000Z" });
    assert.match(textOf(renderReport(checked)), /Checked 2026-11-23 12:01:02 or later/);
  });

  test("gives the same bytes for the same manifest", () => {
    assert.equal(renderReport(callSource(HOLES)), renderReport(callSource(HOLES)));
  });

  test("keeps everything that others wrote as text, and shows characters that would disguise it", () => {
    const cname = `</title><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;"\u202Egpj.\u0000`;
    const page = renderReport(callSource({ cname, users: [`<b>"1"</b>`], segments: 3, missing: [1] }));
    assert.doesNotMatch(page, /<(?:script|img|b)[\s>]/);
    assert.ok(!page.includes("\u202E") && !page.includes("\0"));
    assert.ok(page.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert.ok(page.includes("&amp;amp;&quot;\uFFFDgpj.\uFFFD"));
  });

  test("stays small for 24 hours of three users, and when every other segment is missing", () => {
    const day = callSource({ users: ["1", "2", "3"], segments: 5760 });
    assert.equal(day.manifest.segments.count, 17_280);
    assert.ok(Buffer.byteLength(renderReport(day)) < MOST_BYTES);

    const missing = Array.from({ length: 2880 }, (_, index) => index * 2);
    const page = renderReport(callSource({ users: ["1", "2", "3"], segments: 5760, missing }));
    assert.ok(Buffer.byteLength(page) < 300_000, `${Buffer.byteLength(page)} bytes`);
    assert.match(textOf(page), /2,881 problems; the manifest lists the first: 999 errors and 1 warning/);
    assert.match(textOf(page), /and 799 more problems, which the manifest holds/);
  });

  test("says why there is no timeline when the side file cannot be read", () => {
    const unread = 'The segments are not shown: the manifest\'s side file "x" is not there.';
    const text = textOf(renderReport({ ...callSource({ users: ["1"], segments: 1001 }), segments: unread }));
    assert.match(text, /What was recorded when The segments are not shown/);
    assert.match(text, /Segments 1,001 [\d.]+ MB/);
  });

  test("draws times that no clock can show", () => {
    const source = callSource({ users: ["1"], segments: 3, missing: [1] });
    assert.ok(typeof source.segments !== "string");
    const [first, last] = source.segments;
    assert.ok(first && last);
    const segments = [
      { ...first, durationSeconds: 1e300, key: first.key.replace(/\d{17}/, "00000101000000000") },
      { ...last, key: last.key.replace(/\d{17}/, "99991231235959999") },
      { ...last, key: "no time.ts" },
      { ...last, key: last.key.replace(/\d{17}/, "20269999999999999") },
    ];
    const { manifest } = source;
    const playlists = manifest.playlists.map((playlist) => ({ ...playlist, durationSeconds: 1e308 }));
    const backup = { detectedBy: "stop", waitedMs: 1e300 } as const;
    const page = renderReport({ ...source, manifest: { ...manifest, playlists, backup }, segments });
    assert.doesNotMatch(page, /NaN|Infinity|undefined/);
  });

  test("describes a recording of which nothing is there", () => {
    const facts = manifestFacts();
    const totals = {
      files: 0,
      bytes: 0,
      playlists: 0,
      segments: 0,
      mp4s: 0,
      mp3s: 0,
      snapshots: 0,
      durationSeconds: 0,
    };
    const inventory = { ...facts.inventory, playlists: [], mp4s: [], unrecognized: [], totals };
    const text = textOf(renderReport(sourceOf({ ...facts, outcome: "lost", inventory, timeline: [], backup: null })));
    assert.match(text, /No segment has a time in its name/);
    assert.match(text, /Files Names are relative to the prefix calls\/ \. There are none/);
  });
});
