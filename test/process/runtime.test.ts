import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";

import { unsupportedRuntime, runtimeName } from "../../src/process/runtime.ts";

test("Bun and Deno are known by their own names, not by the Node version that they imitate", () => {
  assert.equal(runtimeName({ node: "24.21.0" }), "Node 24.21.0");
  assert.equal(runtimeName({ node: "24.3.0", bun: "1.4.5" }), "Bun 1.4.5");
  assert.equal(runtimeName({ node: "24.3.0", deno: "2.9.6" }), "Deno 2.9.6");
});

test("the runtime of this test will do", () => {
  assert.equal(unsupportedRuntime(process.versions), undefined);
});

for (const { versions, says } of [
  { versions: { node: "22.18.9" }, says: "Cannot run on Node 22.18.9: Node 22.19 or later is needed" },
  { versions: { node: "20.20.2" }, says: "Cannot run on Node 20.20.2: Node 22.19 or later is needed" },
  { versions: { node: "22.19.0" }, says: undefined },
  { versions: { node: "26.0.0" }, says: undefined },
  { versions: { node: "24.3.0", bun: "1.3.14" }, says: "Cannot run on Bun 1.3.14: Bun 1.4 or later is needed" },
  { versions: { node: "18.0.0", bun: "1.4.0" }, says: undefined },
  { versions: { node: "24.3.0", deno: "2.8.9" }, says: "Cannot run on Deno 2.8.9: Deno 2.9 or later is needed" },
  { versions: { node: "24.3.0", deno: "3.0.0-rc.1" }, says: undefined },
  { versions: {}, says: "Cannot run on Node 0: Node 22.19 or later is needed" },
]) {
  test(`${runtimeName(versions)} is ${says === undefined ? "accepted" : "refused in one line"}`, () => {
    assert.equal(unsupportedRuntime(versions), says);
  });
}
