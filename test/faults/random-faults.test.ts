// Runs on Node alone: it is about media, and ffmpeg makes them
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { NO_FFMPEG } from "../media/media.ts";
import { FAULTS, seededRandom, tryFault } from "../support/faults/random-faults.ts";

const TRIALS = 6;

describe("a random damage to a segment of real size", { skip: NO_FFMPEG }, () => {
  for (const fault of Object.keys(FAULTS).filter((name) => name !== "one bit flipped")) {
    test(`${fault}: at level hash an error, or a warning`, async () => {
      const random = seededRandom(7);
      for (let count = 0; count < TRIALS; count += 1) {
        const { content, hash } = await tryFault(fault, random);
        assert.notEqual(hash, "nothing", content);
      }
    });
  }

  for (const fault of ["end cut off", "beginning cut off"]) {
    test(`${fault}: at level probe too`, async () => {
      const random = seededRandom(8);
      for (let count = 0; count < TRIALS; count += 1) {
        const { content, probe } = await tryFault(fault, random);
        assert.notEqual(probe, "nothing", content);
      }
    });
  }
});
