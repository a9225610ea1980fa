import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";

import type { Bucket } from "../../src/bucket/bucket.ts";
import type { Expectation } from "../../src/recording/types.ts";
import { inspectRecording, type InspectRequest } from "../../src/inventory/inspect.ts";
import { expectation, playlist, segmentNames, SID, track } from "../support/recordings/scans.ts";
import { testBucket } from "../support/test-bucket.ts";

const store = testBucket();
const signal = AbortSignal.timeout(60_000);
const OWN = `${SID}_room`;
const SETS = [OWN, `bak0_${OWN}`, `bak1_${OWN}`, `bak2_${OWN}`];
const ALL = ["", "bak0_", "bak1_", "bak2_"];
/** How much later than the upload the store's clock stands. */
const AGE_MS = 60_000;

type Objects = Record<string, string | number>;
type Asked = { objects: Objects; changes?: Partial<Expectation>; quietRule?: InspectRequest["quietRule"] };

/** Looks at these objects a minute after they were put; `listed` is what each listing asked for, up to the sid. */
async function looked({ objects, changes, quietRule }: Asked) {
  const bucket = await store();
  const prefix = `${randomUUID()}/`;
  for (const [key, content] of Object.entries(objects)) {
    const bytes = typeof content === "number" ? Buffer.alloc(content) : Buffer.from(content);
    await bucket.put(prefix + key, bytes, { signal, contentType: "application/octet-stream" });
  }
  const listed: string[] = [];
  const later: Bucket = {
    ...bucket,
    async list(start, until) {
      listed.push(start.slice(prefix.length).replace(`${SID}_`, ""));
      const listing = await bucket.list(start, until);
      return { ...listing, storeTime: new Date(Date.parse(listing.storeTime) + AGE_MS).toISOString() };
    },
  };
  const request = { expectation: expectation({ prefix, ...changes }), ...(quietRule && { quietRule }) };
  const inventory = await inspectRecording({ bucket: later, signal }, request);
  return {
    inventory,
    listed: listed.toSorted(),
    found: inventory.playlists.map(({ key }) => key.slice(prefix.length)),
  };
}

/** A track whose server died: it names segments that are there, and has no end. */
function cut(stem: string): Objects {
  return { ...track(stem), [`${stem}.m3u8`]: playlist(segmentNames(stem, 2), { ended: false }) };
}

const [own = "", first = "", second = ""] = SETS;
const YOUNG = { sessionLeftMs: 0, quietMs: 10 * AGE_MS };
const QUIET = { sessionLeftMs: 0, quietMs: 1000 };

describe("inspectRecording() lists", () => {
  const cases: (Asked & { when: string; sets: string[] })[] = [
    { when: "the own files are complete", objects: track(own), sets: ALL },
    { when: "the own playlist has no end", objects: cut(own), sets: ALL },
    { when: "a file that Agora named is missing", objects: track(own), changes: { expect: ["mp4"] }, sets: ALL },
    { when: "the first failover has files too", objects: { ...track(own), ...track(first) }, sets: ALL },
    { when: "nothing is there", objects: {}, sets: ALL },
    { when: "nothing is there, and nothing is demanded", objects: {}, changes: { expect: [] }, sets: ALL },
    { when: "only others' files are there", objects: { [`${SID}_other`]: 1 }, changes: { expect: [] }, sets: ALL },
    { when: "a wait finds young files", objects: track(own), quietRule: YOUNG, sets: [""] },
    { when: "a wait finds young files that are not complete", objects: cut(own), quietRule: YOUNG, sets: [""] },
    {
      when: "a wait finds quiet files while the session may live",
      objects: track(own),
      quietRule: { ...QUIET, sessionLeftMs: 1 },
      sets: [""],
    },
    { when: "a wait finds quiet files", objects: track(own), quietRule: QUIET, sets: ALL },
    { when: "a wait finds quiet files that are not complete", objects: cut(own), quietRule: QUIET, sets: ALL },
    { when: "a wait finds nothing", objects: {}, quietRule: YOUNG, sets: ALL },
    {
      when: "a wait finds all files of an authoritative list, young as they are",
      objects: track(own),
      changes: { namedIsFinal: true },
      quietRule: YOUNG,
      sets: ALL,
    },
  ];
  for (const { when, sets, ...asked } of cases) {
    const what = sets.map((set) => (set === "" ? "the own files" : set)).join(", ");
    test(`${what} when ${when}`, async () => {
      assert.deepEqual((await looked(asked)).listed, sets.toSorted());
    });
  }

  test("further sets for a named file of another id as for the sid's", async () => {
    const named = [{ name: "432ef_room.m3u8" }];
    const { listed } = await looked({ objects: track("432ef_room"), changes: { named } });
    assert.deepEqual(listed, ALL.flatMap((set) => [set, `${set}432ef_room`]).toSorted());
  });
});

describe("inspectRecording() finds", () => {
  test("a recording that three servers continued, complete without an end in the first three playlists", async () => {
    const [a = "", b = "", c = "", d = ""] = SETS;
    const { inventory, found } = await looked({ objects: { ...cut(a), ...cut(b), ...cut(c), ...track(d) } });
    assert.deepEqual(found, [`${own}.m3u8`, `${first}.m3u8`, `${second}.m3u8`, `bak2_${own}.m3u8`]);
    assert.equal(inventory.complete, true);
    assert.equal(inventory.totals.segments, 8);
  });

  test("the second failover where all files of the first are lost", async () => {
    const { found } = await looked({ objects: { ...cut(own), ...track(second) } });
    assert.deepEqual(found, [`${own}.m3u8`, `${second}.m3u8`]);
  });

  test("a failover of users of whom the first had left before", async () => {
    const [a, b] = ["__uid_s_1__uid_e_av", "__uid_s_2__uid_e_av"];
    const objects = { ...track(own + a), ...cut(first + b), ...track(second + b) };
    const { inventory, found } = await looked({ objects, changes: { mode: "individual" } });
    assert.equal(found.length, 3);
    assert.equal(inventory.complete, true);
  });

  test("the second failover where the own files are complete and the first failover's are lost", async () => {
    const { inventory, found } = await looked({ objects: { ...track(own), ...track(second) } });
    assert.deepEqual(found, [`${own}.m3u8`, `${second}.m3u8`]);
    assert.equal(inventory.complete, false);
  });

  test("failover files where all of the first server's are lost", async () => {
    assert.deepEqual((await looked({ objects: track(second) })).found, [`${second}.m3u8`]);
  });
});
