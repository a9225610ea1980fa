/** What others put into a bucket to harm whoever looks into it: bounded work, and a finding that names it. */
import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { describe, test, type TestContext } from "node:test";

import type { Bucket, StoredObject } from "../../src/bucket/bucket.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import type { Expectation } from "../../src/recording/types.ts";
import { inspectRecording } from "../../src/inventory/inspect.ts";
import { decideOutcome } from "../../src/inventory/outcome.ts";
import { expectation, SID, STEM, track } from "../support/recordings/scans.ts";

const GIB = 2 ** 30;
const HEADERS = { etag: '"e"', "last-modified": "Mon, 23 Nov 2026 12:00:00 GMT" };

/** Objects by their key: a text, or a size in bytes. */
type Objects = Record<string, string | number>;

/** A store over real HTTP, which may hold more than any machine does: an object of a size is sent as zeros. */
async function hugeStore(t: TestContext, objects: Objects): Promise<{ bucket: Bucket; sentBytes: () => number }> {
  let sent = 0;
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? "/", "http://store");
    const key = decodeURIComponent(url.pathname.replace(/^\/huge\/?/, ""));
    answer.setHeader("date", "Mon, 23 Nov 2026 13:00:00 GMT");
    if (key === "") return void answer.end(page(objects, url.searchParams.get("prefix") ?? ""));
    const content = objects[key] ?? "";
    const sizeBytes = Buffer.byteLength(String(content));
    answer.writeHead(200, { ...HEADERS, "content-length": typeof content === "number" ? content : sizeBytes });
    if (typeof content === "string") answer.end(content);
    else pour(answer, { left: content, onSent: (bytes) => (sent += bytes) });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const bucket = createS3Bucket({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: "us-east-1",
    bucket: "huge",
    addressing: "path",
    checksumMode: true,
    accessKey: "AKIA",
    secretKey: "secret",
  });
  return { bucket, sentBytes: () => sent };
}

/** Sends zeros as fast as they are taken. */
function pour(answer: ServerResponse, { left, onSent }: { left: number; onSent: (bytes: number) => void }): void {
  const chunk = Buffer.alloc(Math.min(left, 256 * 1024));
  if (left === 0 || answer.destroyed) return void answer.end();
  onSent(chunk.length);
  const goOn = () => pour(answer, { left: left - chunk.length, onSent });
  if (answer.write(chunk)) setImmediate(goOn);
  else answer.once("drain", goOn);
}

function page(objects: Objects, prefix: string): string {
  const contents = Object.entries(objects)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, content]) => {
      const sizeBytes = typeof content === "number" ? content : Buffer.byteLength(content);
      return `<Contents><Key>${key}</Key><Size>${sizeBytes}</Size><ETag>"e"</ETag><LastModified>2026-11-23T12:00:00Z</LastModified></Contents>`;
    });
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join("")}</ListBucketResult>`;
}

/** What a worker says of the recording at level `list`. */
async function look(bucket: Bucket, changes: Partial<Expectation> = {}) {
  const wanted = expectation(changes);
  const inventory = await inspectRecording({ bucket, signal: AbortSignal.timeout(60_000) }, { expectation: wanted });
  const { problems } = inventory;
  const outcome = decideOutcome({ inventory, problems, saidNothingRecorded: false, agoraNamedOrClaimed: false });
  return { inventory, outcome, checks: problems.map(({ check }) => check) };
}

describe("a playlist of a gibibyte", () => {
  test("is not read where the listing tells its size", async (t) => {
    const { bucket, sentBytes } = await hugeStore(t, { ...track(STEM), [`${STEM}.m3u8`]: GIB });
    const { outcome, checks } = await look(bucket);
    assert.equal(outcome, "incomplete");
    assert.ok(checks.includes("playlist-unreadable"), checks.join());
    assert.equal(sentBytes(), 0);
  });

  test("is read no further than a playlist can be where the listing is older than it", async (t) => {
    const { bucket, sentBytes } = await hugeStore(t, { ...track(STEM), [`${STEM}.m3u8`]: GIB });
    const older: Bucket = {
      ...bucket,
      async list(prefix, signal) {
        const listing = await bucket.list(prefix, signal);
        return { ...listing, objects: listing.objects.map((object) => ({ ...object, sizeBytes: 100 })) };
      },
    };
    const { outcome, checks } = await look(older);
    assert.equal(outcome, "incomplete");
    assert.ok(checks.includes("playlist-unreadable"), checks.join());
    assert.ok(sentBytes() < GIB / 16, `${sentBytes()} bytes`);
  });
});

describe("more foreign objects than a look takes", () => {
  const foreign = Array.from({ length: 1500 }, (_, index) => `a/${SID}_${String(index).padStart(4, "0")}.txt`);
  const crowded = { ...track(STEM), ...Object.fromEntries(foreign.map((key) => [key, 1])) };

  const isForeign = ({ key }: StoredObject) => foreign.includes(key);

  /** Cuts listings before the recording's own files. */
  function cutting(bucket: Bucket, isCut: (prefix: string) => boolean): Bucket {
    return {
      ...bucket,
      async list(prefix, signal) {
        const listing = await bucket.list(prefix, signal);
        return isCut(prefix) ? { ...listing, complete: false, objects: listing.objects.filter(isForeign) } : listing;
      },
    };
  }

  test("do not keep the recording from being verified, and the manifest lists a thousand of them and says so", async (t) => {
    const { bucket } = await hugeStore(t, crowded);
    const { outcome, checks, inventory } = await look(bucket);
    assert.deepEqual({ outcome, checks }, { outcome: "verified", checks: ["foreign-too-many"] });
    assert.equal(inventory.unrecognized.length, 1000);
    assert.equal(inventory.problems[0]?.observed, "1500");
  });

  test("do not hide the recording's files behind them where the listing is cut", async (t) => {
    const { bucket } = await hugeStore(t, crowded);
    const { outcome, checks, inventory } = await look(cutting(bucket, (prefix) => prefix === `a/${SID}_`));
    assert.deepEqual({ outcome, checks }, { outcome: "verified", checks: ["foreign-too-many"] });
    assert.equal(inventory.problems[0]?.observed, "1500 and more");
  });

  test("are named as what nobody can see behind when they begin with the channel too", async (t) => {
    const { bucket } = await hugeStore(t, crowded);
    const { outcome, checks } = await look(cutting(bucket, (prefix) => prefix.startsWith(`a/${SID}_`)));
    assert.ok(checks.includes("listing-too-long"), checks.join());
    assert.notEqual(outcome, "verified");
  });
});
