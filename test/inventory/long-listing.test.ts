import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { takeInventory } from "../../src/inventory/inventory.ts";
import { parsePlaylist } from "../../src/media/hls/media-playlist.ts";
import { expectation, playlist, scanOf, segmentNames, segments, STEM } from "../support/recordings/scans.ts";

const CUT = {
  ...scanOf({ [`${STEM}.m3u8`]: playlist(segmentNames(STEM, 4)), ...segments(STEM, 2) }),
  unlisted: "unknown",
} as const;

describe("A listing that was cut for its length", () => {
  test("is the one finding: what it does not show may be there", () => {
    const { problems, complete, playlists } = takeInventory(CUT, expectation({ expect: ["hls", "mp4"] }));
    assert.deepEqual(
      problems.map(({ check }) => check),
      ["listing-too-long", "foreign-too-many"],
    );
    assert.equal(complete, true);
    assert.deepEqual(playlists[0]?.missing, []);
  });

  test("still shows what it shows: an empty segment, a playlist without an end", () => {
    const [first = ""] = segmentNames(STEM, 1);
    const objects = { [`${STEM}.m3u8`]: playlist([first], { ended: false }), [`a/${first}`]: 0 };
    const { problems } = takeInventory({ ...scanOf(objects), unlisted: "unknown" }, expectation());
    assert.deepEqual(problems.map(({ check }) => check).slice(0, 2), ["playlist-unfinished", "segment-empty"]);
  });
});

test("A playlist of 30 days is read", () => {
  const text = playlist(segmentNames(`a/${"c".repeat(73)}`, 172_800));
  const { ended, segments: read } = parsePlaylist(Buffer.from(text));
  assert.ok(text.length > 18 * 1024 * 1024);
  assert.deepEqual({ ended, count: read.length }, { ended: true, count: 172_800 });
});
