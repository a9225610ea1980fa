import assert from "node:assert/strict";
import { test } from "node:test";

import { type AgoraClientEvent, createAgora } from "../../src/agora/client.ts";
import { createServer } from "node:http";
import { json, listen, RECORDING, stopOptions } from "./literal-server.ts";

test("a 400 without a known code slows the account down when a second recording gets one too", async (t) => {
  const url = await listen(t, createServer(json(400, { message: "Bad Request" })));
  const shares: number[] = [];
  const observe = (event: AgoraClientEvent) => {
    if (event.kind === "request") shares.push(event.shareUsed);
  };
  const agora = createAgora(
    { customerId: "id", customerSecret: "s", baseUrls: [url], requestsPerSecond: 1000 },
    observe,
  );
  for (const sid of ["a", "a", "b"]) await agora.stop({ ...RECORDING, sid }, stopOptions);
  const [first, again, other = 1] = shares;
  assert.deepEqual([first, again], [1, 1]);
  assert.ok(other < 1, "the second recording's 400 slows down");
});

test("a 400 with a known code says nothing of the account", async (t) => {
  const url = await listen(t, createServer(json(400, { code: 49, reason: "invalid operation" })));
  const shares: number[] = [];
  const observe = (event: AgoraClientEvent) => {
    if (event.kind === "request") shares.push(event.shareUsed);
  };
  const agora = createAgora(
    { customerId: "id", customerSecret: "s", baseUrls: [url], requestsPerSecond: 1000 },
    observe,
  );
  for (const sid of ["a", "b", "c"]) await agora.stop({ ...RECORDING, sid }, stopOptions);
  assert.deepEqual(shares, [1, 1, 1]);
});
