import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { mp4MediaName, readMedia, segmentMediaName } from "../../../src/emulator/recording/media.ts";
import { isTransportStream, secondsBetween } from "../../../src/media/ts/transport-stream.ts";

describe("isTransportStream()", () => {
  test("knows ffmpeg's segments, and not its MP4 or text", async () => {
    assert.equal(isTransportStream(await readMedia(segmentMediaName("mix", 0))), true);
    assert.equal(isTransportStream(await readMedia(mp4MediaName(0))), false);
    assert.equal(isTransportStream(Buffer.from("G".padEnd(600, "x"))), false);
    assert.equal(isTransportStream(new Uint8Array()), false);
  });
});

describe("secondsBetween()", () => {
  test("goes on across the wrap of the 33-bit counter", () => {
    assert.equal(secondsBetween(2 ** 33 - 45_000, 45_000), 1);
    assert.equal(secondsBetween(45_000, 2 ** 33 - 45_000), -1);
  });
});
