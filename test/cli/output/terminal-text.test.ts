import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createPainter, stripControls, truncateToColumns } from "../../../src/cli/output/terminal-text.ts";

describe("truncateToColumns()", () => {
  for (const [text, columns, fitted] of [
    ["waiting", 7, "waiting"],
    ["waiting", 6, "waiti…"],
    ["录制中", 6, "录制中"],
    ["录制中", 5, "录制…"],
    ["录制中", 4, "录…"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…"],
    ["waiting", 0, ""],
  ] as const) {
    test(`makes "${text}" fit into ${columns} columns, a wide character for two`, () => {
      assert.equal(truncateToColumns(text, columns), fitted);
    });
  }
});

test("stripControls() leaves nothing in a name that could steer a terminal", () => {
  assert.equal(stripControls("a\u001B[2Jb\u0007c\r\nd\u009Be"), "a[2Jbcde");
});

describe("createPainter()", () => {
  for (const [what, stream, env, coloured] of [
    ["a terminal", { isTTY: true }, {}, true],
    ["a terminal and NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
    ["a pipe", {}, {}, false],
  ] as const) {
    test(`${coloured ? "colours" : "leaves plain"} what goes to ${what}`, () => {
      assert.equal(createPainter(stream, env)("red", "x"), coloured ? "\u001B[31mx\u001B[39m" : "x");
    });
  }
});
