import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { takeInventory } from "../../../src/inventory/inventory.ts";
import { expectation, playlist, segmentNames, segments, SID, STEM, scanOf } from "../../support/recordings/scans.ts";

const [first = "", second = ""] = segmentNames(STEM, 2);

describe("takes for the playlist in force", () => {
  const short = playlist([first]);
  const long = playlist([first, second]);
  for (const { rule, objects, inForce } of [
    {
      rule: "the backup's with the highest index where it is larger than the plain one",
      objects: { [`${STEM}.m3u8`]: short, [`${STEM}_2219_9.m3u8`]: short, [`${STEM}_2219_10.m3u8`]: long },
      inForce: `${STEM}_2219_10.m3u8`,
    },
    {
      rule: "the plain one where it is larger, though the backup's index is high",
      objects: { [`${STEM}.m3u8`]: long, [`${STEM}_2219_10.m3u8`]: short },
      inForce: `${STEM}.m3u8`,
    },
    {
      rule: "not a larger one of a lower index, because only the highest is compared",
      objects: { [`${STEM}.m3u8`]: short, [`${STEM}_2219_2.m3u8`]: long, [`${STEM}_2219_3.m3u8`]: short },
      inForce: `${STEM}.m3u8`,
    },
    {
      rule: "the highest index where there is no plain one",
      objects: { [`${STEM}_2219_0.m3u8`]: long, [`${STEM}_2219_1.m3u8`]: short },
      inForce: `${STEM}_2219_1.m3u8`,
    },
    {
      rule: "the later tick where two have the same index",
      objects: { [`${STEM}_999_0.m3u8`]: long, [`${STEM}_1000_0.m3u8`]: short },
      inForce: `${STEM}_1000_0.m3u8`,
    },
  ]) {
    test(rule, () => {
      const { playlists } = takeInventory(
        scanOf({ ...objects, ...segments(STEM, 2) }),
        expectation({ named: [{ name: `${SID}_room.m3u8` }] }),
      );
      assert.deepEqual(
        playlists.map(({ key }) => key),
        [inForce],
      );
      assert.deepEqual(playlists[0]?.candidates, Object.keys(objects).toSorted());
    });
  }
});
