import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { takeInventory } from "../../src/inventory/inventory.ts";
import type { Expectation } from "../../src/recording/types.ts";
import {
  expectation,
  playlist,
  scanOf,
  segmentNames,
  segments,
  SID,
  STEM,
  track,
} from "../support/recordings/scans.ts";

type Objects = Record<string, string | number>;

const stemOf = (set: string) => `a/${set}${SID}_room`;
const [first, bak0, bak1, bak2] = [STEM, stemOf("bak0_"), stemOf("bak1_"), stemOf("bak2_")];
const user = (stem: string, uid: string) => `${stem}__uid_s_${uid}__uid_e_audio`;

/** A track whose server died. */
function cut(stem: string): Objects {
  return { ...segments(stem, 2), [`${stem}.m3u8`]: playlist(segmentNames(stem, 2), { ended: false }) };
}

/** A playlist that begins with segment number 2. */
function later(stem: string): string {
  return playlist(segmentNames(stem, 2)).replace("#EXTM3U\n", "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:2\n");
}

function take(objects: Objects, changes: Partial<Expectation> = {}) {
  const { complete, problems, waitingFor } = takeInventory(scanOf(objects), expectation(changes));
  return { complete, waitingFor, found: problems.map(({ check, subject }) => `${check} ${subject}`) };
}

describe("Of servers that are numbered", () => {
  for (const { lost, objects, found } of [
    { lost: "the first", objects: track(bak0), found: [`failover-set-missing a/${SID}`] },
    { lost: "the second", objects: { ...track(first), ...track(bak1) }, found: [`failover-set-missing a/bak0_${SID}`] },
    {
      lost: "two in the middle",
      objects: { ...track(first), ...track(bak2) },
      found: [`failover-set-missing a/bak0_${SID}`, `failover-set-missing a/bak1_${SID}`],
    },
    {
      lost: "all but the last, of which a snapshot is left",
      objects: { ...track(first), [`${user(bak1, "1")}_20240203052751685.jpg`]: 9 },
      found: [`failover-set-missing a/bak0_${SID}`, `playlist-missing a/bak1_${SID}`],
    },
  ] satisfies { objects: Objects; [key: string]: unknown }[]) {
    test(`the loss of ${lost} is an absence`, () => {
      const taken = take(objects);
      assert.equal(taken.complete, false);
      assert.deepEqual(taken.found, found);
    });
  }

  test("only the first must begin with segment number 0", () => {
    const both = { ...track(first), ...track(bak0) };
    assert.deepEqual(take({ ...both, [`${bak0}.m3u8`]: later(bak0) }).found, []);
    assert.deepEqual(take({ ...both, [`${first}.m3u8`]: later(first) }).found, [
      `playlist-beginning-missing ${first}.m3u8`,
    ]);
  });

  test("the first's absence is waited for by name", () => {
    assert.deepEqual(take(track(bak0)).waitingFor, ["the files of the first server"]);
  });

  test("one that Agora named counts, though nothing of it is there", () => {
    const named = [{ name: `bak1_${SID}_room.m3u8` }];
    assert.deepEqual(take(track(first), { named }).found, [
      `failover-set-missing a/bak0_${SID}`,
      `named-file-missing ${bak1}.m3u8`,
    ]);
  });

  test("a fourth failover does not exist", () => {
    assert.equal(take({ ...track(first), ...track(`a/bak3_${SID}_room`) }).complete, true);
  });

  test("a user who joins later has no track of the first", () => {
    const objects = { ...track(user(first, "1")), ...track(user(bak0, "1")), ...track(user(bak0, "2")) };
    assert.deepEqual(take(objects, { mode: "individual", uids: ["1", "2"] }), {
      complete: true,
      waitingFor: [],
      found: [],
    });
  });
});

describe("A server that left a file", () => {
  test("needs a playlist when its MP4 is there", () => {
    const objects = { ...track(first), [`${first}_0.mp4`]: 9, [`${bak0}_0.mp4`]: 9 };
    const taken = take(objects, { expect: ["hls", "mp4"] });
    assert.deepEqual(taken.found, [`playlist-missing a/bak0_${SID}`]);
    assert.deepEqual(taken.waitingFor, ["a playlist of the server bak0"]);
  });

  test("needs an MP4 when MP4s are expected and another server has one", () => {
    const objects = { ...cut(first), [`${first}_0.mp4`]: 9, ...track(bak0) };
    assert.deepEqual(take(objects, { expect: ["hls", "mp4"] }).found, [
      `mp4-missing a/bak0_${SID}`,
      `cut-by-failover ${first}.m3u8`,
    ]);
  });

  test("needs one MP4, not one for each server, when there is none at all", () => {
    const taken = take({ ...cut(first), ...track(bak0) }, { expect: ["hls", "mp4"] });
    assert.deepEqual(taken.waitingFor, ["an MP4"]);
  });

  test("does not need the first MP4, as the numbers may go on", () => {
    assert.equal(take({ ...track(first), ...track(bak0), [`${bak0}_1.mp4`]: 9 }).complete, true);
  });

  test("without a user whom the first had is a warning", () => {
    const objects = { ...track(user(first, "1")), ...track(user(first, "2")), ...track(user(bak0, "2")) };
    const taken = take(objects, { mode: "individual", uids: ["1", "2"] });
    assert.equal(taken.complete, true);
    assert.deepEqual(taken.found, [`user-absent-after-failover a/bak0_${SID}`]);
  });
});

describe("A playlist without an end is continued", () => {
  test("by a playlist of the same track alone", () => {
    const objects = { ...cut(user(first, "1")), ...track(user(bak0, "2")) };
    const taken = take(objects, { mode: "individual", uids: ["1", "2"] });
    assert.equal(taken.complete, false);
    assert.ok(taken.found.includes(`playlist-unfinished ${user(first, "1")}.m3u8`));
  });

  for (const { what, objects } of [
    { what: "a byte under the name of an MP4", objects: { [`${bak0}_0.mp4`]: 1 } },
    { what: "segments", objects: segments(bak0, 1) },
  ] satisfies { what: string; objects: Objects }[]) {
    test(`not by ${what} of a later server`, () => {
      const taken = take({ ...cut(STEM), ...objects });
      assert.ok(taken.found.includes(`playlist-unfinished ${STEM}.m3u8`));
    });
  }
});
