import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Expectation } from "../../src/recording/types.ts";
import { takeInventory } from "../../src/inventory/inventory.ts";
import {
  expectation,
  playlist,
  segmentNames,
  segments,
  SID,
  STEM,
  scanOf,
  track,
} from "../support/recordings/scans.ts";

const user = (uid: string, type = "audio") => `${STEM}__uid_s_${uid}__uid_e_${type}`;
const name = (key: string) => key.slice(key.lastIndexOf("/") + 1);

function take(objects: Record<string, string | number>, changes: Partial<Expectation> = {}) {
  return takeInventory(scanOf(objects, changes), expectation(changes));
}

function without(objects: Record<string, string | number>, key: string): Record<string, string | number> {
  return Object.fromEntries(Object.entries(objects).filter(([each]) => each !== key));
}

const [first = "", second = "", third = ""] = segmentNames(STEM, 3);

describe("takeInventory()", () => {
  test("finds a recording complete whose playlist has ended and whose segments are there", () => {
    const { complete, present, expected, problems, waitingFor, totals, newest } = take(track(STEM));
    assert.deepEqual({ complete, present, expected }, { complete: true, present: 3, expected: 3 });
    assert.deepEqual({ problems, waitingFor }, { problems: [], waitingFor: [] });
    assert.partialDeepStrictEqual(totals, { files: 3, playlists: 1, segments: 2, mp4s: 0, durationSeconds: 30 });
    assert.equal(newest, "2024-02-03T05:59:00.000Z");
  });

  const unfinished = { [`${STEM}.m3u8`]: playlist([first, second], { ended: false }), ...segments(STEM, 2) };
  for (const { state, objects, changes = {}, check, waitingFor, present, expected } of [
    {
      state: "nothing is there",
      objects: {},
      check: "playlist-missing",
      waitingFor: "a playlist",
      present: 0,
      expected: 1,
    },
    {
      state: "a named playlist is not there",
      objects: {},
      changes: { named: [{ name: `a/${SID}_room.m3u8` }] },
      check: "named-file-missing",
      waitingFor: `${SID}_room.m3u8`,
      present: 0,
      expected: 1,
    },
    {
      state: "a segment is missing",
      objects: without(track(STEM), `a/${second}`),
      check: "segment-missing",
      waitingFor: `segment ${second}`,
      present: 2,
      expected: 3,
    },
    {
      state: "a segment is empty",
      objects: { ...track(STEM), [`a/${second}`]: 0 },
      check: "segment-empty",
      waitingFor: `segment ${second} with content`,
      present: 2,
      expected: 3,
    },
    {
      state: "the playlist has not ended",
      objects: unfinished,
      check: "playlist-unfinished",
      waitingFor: `an #EXT-X-ENDLIST in ${SID}_room.m3u8`,
      present: 2,
      expected: 3,
    },
    {
      state: "an XML error body lies where the playlist should",
      objects: { [`${STEM}.m3u8`]: "<Error/>" },
      check: "playlist-unfinished",
      waitingFor: `an #EXT-X-ENDLIST in ${SID}_room.m3u8`,
      present: 0,
      expected: 1,
    },
    {
      state: "segments are there before their playlist",
      objects: segments(STEM, 2),
      check: "playlist-missing",
      waitingFor: `playlist ${SID}_room.m3u8`,
      present: 0,
      expected: 1,
    },
    {
      state: "an MP4 is demanded and not there",
      objects: track(STEM),
      changes: { expect: ["hls", "mp4"] },
      check: "mp4-missing",
      waitingFor: "an MP4",
      present: 3,
      expected: 4,
    },
    {
      state: "a snapshot is demanded and not there",
      objects: {},
      changes: { expect: ["snapshots"] },
      check: "snapshot-missing",
      waitingFor: "a snapshot",
      present: 0,
      expected: 1,
    },
    {
      state: "an MP4 between two others is missing",
      objects: { ...track(STEM), [`${STEM}_0.mp4`]: 900, [`${STEM}_2.mp4`]: 900 },
      check: "mp4-missing",
      waitingFor: `MP4 ${SID}_room_1.mp4`,
      present: 5,
      expected: 6,
    },
    {
      state: "the first server's first MP4 is missing",
      objects: { ...track(STEM), [`${STEM}_1.mp4`]: 900 },
      check: "mp4-missing",
      waitingFor: `MP4 ${SID}_room_0.mp4`,
      present: 4,
      expected: 5,
    },
    {
      state: "an MP4 is empty",
      objects: { ...track(STEM), [`${STEM}_0.mp4`]: 0 },
      changes: { expect: ["hls", "mp4"], named: [{ name: `${SID}_room_0.mp4` }] },
      check: "mp4-empty",
      waitingFor: `${SID}_room_0.mp4 with content`,
      present: 3,
      expected: 4,
    },
    {
      state: "a user of uids has no track",
      objects: track(user("1")),
      changes: { mode: "individual", uids: ["1", "2"] },
      check: "track-missing",
      waitingFor: "a track of user 2",
      present: 3,
      expected: 4,
    },
    {
      state: "a named file of an unknown kind is missing",
      objects: track(STEM),
      changes: { named: [{ name: `${SID}_room.mpd` }] },
      check: "named-file-missing",
      waitingFor: `${SID}_room.mpd`,
      present: 3,
      expected: 4,
    },
  ] satisfies { changes?: Partial<Expectation>; [key: string]: unknown }[]) {
    test(`waits when ${state}`, () => {
      const inventory = take(objects, changes);
      assert.partialDeepStrictEqual(inventory, { complete: false, present, expected });
      assert.deepEqual(inventory.waitingFor, [waitingFor]);
      assert.partialDeepStrictEqual(inventory.problems[0], { check, severity: "error" });
    });
  }

  test("finds a damaged playlist complete once it has ended and everything it names is there", () => {
    const text = playlist([first, "../secret.ts"]);
    const { complete, problems } = take({ [`${STEM}.m3u8`]: text, ...segments(STEM, 1) });
    assert.equal(complete, true);
    assert.deepEqual(problems, [
      {
        check: "playlist-uri-refused",
        severity: "error",
        subject: `${STEM}.m3u8`,
        expected: "the plain name of a file beside the playlist",
        observed: "a path (line 6)",
      },
    ]);
  });

  test("needs no #EXT-X-ENDLIST, but all segments, of a playlist that a failover continued", () => {
    const later = `a/bak0_${SID}_room`;
    const objects = {
      [`${STEM}.m3u8`]: playlist([first, second], { ended: false }),
      ...segments(STEM, 2),
      ...track(later),
    };
    const { complete, playlists, problems } = take(objects);
    assert.equal(complete, true);
    assert.deepEqual(
      problems.map(({ check, severity }) => [check, severity]),
      [["cut-by-failover", "warning"]],
    );
    assert.deepEqual(
      playlists.map(({ stem, failover, superseded }) => ({ stem, failover, superseded })),
      [
        { stem: STEM, failover: null, superseded: true },
        { stem: later, failover: 0, superseded: false },
      ],
    );
    assert.equal(take(without(objects, `a/${second}`)).complete, false);
    assert.equal(take({ ...track(STEM), [`${later}.m3u8`]: playlist([], { ended: false }) }).complete, false);
  });

  test("counts what Agora named with another id than the sid, with its segments and backup playlists", () => {
    const stem = "a/432efaf2144e051bb32fb490db89c462_room";
    const named = [{ name: `${stem}.m3u8` }];
    assert.equal(take({}, { named }).complete, false);
    const { complete, playlists, unrecognized } = take(
      { ...segments(stem, 2), [`${stem}_2219_0.m3u8`]: playlist(segmentNames(stem, 2)) },
      { named },
    );
    assert.deepEqual({ complete, unrecognized }, { complete: true, unrecognized: [] });
    assert.deepEqual(
      playlists.map((each) => each.stem),
      [stem],
    );
  });

  test("finds a named file with the prefix and without it, and counts it once", () => {
    const named = [{ name: `a/${SID}_room.m3u8` }, { name: `${SID}_room.m3u8` }, { name: `${SID}_room_0.mp4` }];
    const { complete, expected } = take({ ...track(STEM), [`${STEM}_0.mp4`]: 900 }, { named, expect: ["hls", "mp4"] });
    assert.deepEqual({ complete, expected }, { complete: true, expected: 4 });
  });

  for (const bad of ["../b.m3u8", "x//b.m3u8", "//b.m3u8", "x/", "", "b\0.m3u8"]) {
    test(`refuses ${JSON.stringify(bad)} as a named file without waiting for it`, () => {
      const { complete, problems } = take(track(STEM), { named: [{ name: bad }] });
      assert.equal(complete, true);
      assert.deepEqual(
        problems.map(({ check, severity }) => [check, severity]),
        [["named-file-refused", "error"]],
      );
    });
  }

  test("lists what only begins like ours as foreign, and neither waits for it nor dates the recording by it", () => {
    const key = `a/${SID}_other.m3u8`;
    const { complete, unrecognized, newest } = take({ [key]: playlist([], { ended: false }) }, { expect: ["mp4"] });
    assert.deepEqual(
      { complete, newest, keys: unrecognized.map((each) => each.key) },
      { complete: false, newest: null, keys: [key] },
    );
    assert.equal(take({ ...track(STEM), [key]: 5 }).complete, true);
  });

  test("lists a named file of an unknown kind that is there", () => {
    const key = `${STEM}.mpd`;
    const { complete, unrecognized } = take({ ...track(STEM), [key]: 5 }, { named: [{ name: key }] });
    assert.deepEqual({ complete, keys: unrecognized.map((each) => each.key) }, { complete: true, keys: [key] });
  });

  for (const { what, objects, changes = {}, check } of [
    {
      what: "time that no segment covers",
      objects: { [`${STEM}.m3u8`]: playlist([first, third]), [`a/${first}`]: 188, [`a/${third}`]: 188 },
      check: "segment-gap",
    },
    {
      what: "a segment longer than the target duration",
      objects: { ...track(STEM, 1), [`${STEM}.m3u8`]: playlist([first]).replace(":18", ":14") },
      check: "segment-too-long",
    },
    {
      what: "an individual recording of which nobody told the tracks",
      objects: track(user("1")),
      changes: { mode: "individual" },
      check: "file-set-not-reported",
    },
  ] satisfies { changes?: Partial<Expectation>; [key: string]: unknown }[]) {
    test(`warns of ${what}, and is complete all the same`, () => {
      const { complete, problems } = take(objects, changes);
      assert.equal(complete, true);
      assert.deepEqual(
        problems.map((problem) => [problem.check, problem.severity]),
        [[check, "warning"]],
      );
    });
  }

  test("finds a segment that its finished playlist does not name, and is complete all the same", () => {
    const { complete, problems } = take({ ...track(STEM, 2), [`a/${third}`]: 188 });
    assert.equal(complete, true);
    assert.deepEqual(
      problems.map(({ check, severity, subject }) => [check, severity, subject]),
      [["segment-orphan", "error", `a/${third}`]],
    );
  });

  test("does not warn of a gap that the playlist announces", () => {
    const text = playlist([first, third]).replace(
      `#EXTINF:15.000000\n${third}`,
      `#EXT-X-DISCONTINUITY\n#EXTINF:15\n${third}`,
    );
    assert.deepEqual(take({ [`${STEM}.m3u8`]: text, [`a/${first}`]: 188, [`a/${third}`]: 188 }).problems, []);
  });

  test("takes an authoritative list, or uids, for the report of an individual recording's tracks", () => {
    const named = [{ name: name(`${user("1")}.m3u8`) }];
    assert.deepEqual(take(track(user("1")), { mode: "individual", named, namedIsFinal: true }).problems, []);
    assert.deepEqual(take(track(user("1")), { mode: "individual", uids: ["1"] }).problems, []);
  });

  test("finds a segment whose name the playlist percent-encodes", () => {
    const stem = `a/${SID}_my room`;
    const text = playlist(segmentNames(stem, 2).map(encodeURIComponent));
    assert.equal(take({ ...track(stem), [`${stem}.m3u8`]: text }, { cname: "my room" }).complete, true);
  });

  test("says what it waits for in five lines at most", () => {
    const { waitingFor } = take({ [`${STEM}.m3u8`]: playlist(segmentNames(STEM, 40)) });
    assert.equal(waitingFor.length, 5);
    assert.equal(waitingFor[4], "36 more");
  });
});
