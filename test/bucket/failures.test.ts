/** What a store can do instead of answering, over bare sockets, because no runtime's HTTP server lies as a broken one does. */
import assert from "node:assert/strict";
import { createServer, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { inspect } from "node:util";

import { type Bucket, BucketError } from "../../src/bucket/bucket.ts";
import { readAll } from "../../src/lib/read-all.ts";
import { openBucket } from "../../src/bucket/open-bucket.ts";

/** Planted into all of a store's text that must not appear in an error. */
const PLANTED = "PLANTED";
const ECHO = `<Message>${PLANTED}</Message><AWSAccessKeyId>${PLANTED}</AWSAccessKeyId><SignatureProvided>${PLANTED}</SignatureProvided>`;
const HTML = `<!DOCTYPE html><html><body>${PLANTED}</body></html>`;
const OBJECT = { etag: '"e"', "last-modified": "Mon, 23 Nov 2026 12:00:00 GMT", date: "Mon, 23 Nov 2026 12:00:00 GMT" };

/** Three repetitions at once: how long a store is given is no matter of these tests. */
const LIMITS = { headersMs: 60_000, idleMs: 60_000, delaysMs: [0, 0, 0] };

type Reply = (socket: Socket, count: number) => void;

const STORES = {
  S3: {
    page: (token: string) =>
      `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken></ListBucketResult>`,
    noBucket: "NoSuchBucket",
    open: (endpoint: string) =>
      openBucket({
        endpoint,
        region: "us-east-1",
        bucket: "recordings",
        addressing: "path",
        checksumMode: true,
        accessKey: PLANTED,
        secretKey: PLANTED,
        limits: LIMITS,
      }),
  },
  "Azure Blob": {
    page: (token: string) => `<EnumerationResults><Blobs /><NextMarker>${token}</NextMarker></EnumerationResults>`,
    noBucket: "ContainerNotFound",
    open: (endpoint: string) =>
      openBucket({
        endpoint: `${endpoint}/${PLANTED}`,
        account: PLANTED,
        accountKey: PLANTED,
        bucket: "recordings",
        limits: LIMITS,
      }),
  },
};

for (const [name, { page, noBucket, open }] of Object.entries(STORES)) {
  const broken = async (t: TestContext, reply: Reply) => {
    const store = await brokenStore(t, reply);
    return { ...store, bucket: open(store.endpoint) };
  };

  describe(`a store that speaks ${name} and fails`, () => {
    for (const { what, status, body, code, kind } of [
      { what: "nothing", status: 401, body: "", kind: "denied" },
      { status: 403, body: error("SignatureDoesNotMatch"), code: "SignatureDoesNotMatch", kind: "denied" },
      { what: "a secret as its code", status: 403, body: error(`${PLANTED} secret`), kind: "denied" },
      {
        what: "a code far down",
        status: 403,
        body: "x".repeat(1_000_000) + error("TooFarDown"),

        kind: "denied",
      },
      { status: 404, body: error(noBucket), code: noBucket, kind: "no-bucket" },
      { what: "HTML", status: 429, body: HTML, kind: "unavailable" },
      { status: 500, body: error("InternalError"), code: "InternalError", kind: "unavailable" },
      { what: "HTML", status: 502, body: HTML, kind: "unavailable" },
      { status: 503, body: error("SlowDown"), code: "SlowDown", kind: "unavailable" },
      { status: 307, body: error("TemporaryRedirect"), code: "TemporaryRedirect", kind: "unavailable" },
    ] as const) {
      test(`with ${status} and ${code ?? what} is ${kind}, in our words`, async (t) => {
        const location = `http://127.0.0.1:1/${PLANTED}`;
        const { bucket, seen } = await broken(t, (socket) => socket.end(http(status, { location }, body)));
        const said = `the store answered ${status}${code === undefined ? "" : ` ${code}`}`;
        for (const [action, call] of Object.entries(actions(bucket, t.signal))) {
          const failed = await failureOf(call());
          assert.deepEqual(facts(failed), { kind, status, message: `Cannot ${action} bucket "recordings": ${said}` });
        }
        const isTransient = [429, 500, 502, 503].includes(status);
        assert.equal(seen(), isTransient ? 12 : 3);
      });
    }

    for (const [what, reply] of Object.entries({
      "ends the connection at once": (socket: Socket) => socket.destroy(),
      "resets the connection": (socket: Socket) => socket.resetAndDestroy(),
      "answers in another language": (socket: Socket) => socket.end(`SSH-2.0-${PLANTED}\r\n`),
    })) {
      test(`because it ${what} is unavailable, in our words`, async (t) => {
        const { bucket } = await broken(t, reply);
        for (const [action, call] of Object.entries(actions(bucket, t.signal))) {
          const { kind, message } = await failureOf(call());
          assert.equal(kind, "unavailable");
          assert.match(message, new RegExp(`^Cannot ${action} bucket "recordings": no answer( \\(\\w+\\))?$`));
        }
      });
    }

    for (const [what, { headers, end }] of Object.entries({
      "is shorter than announced": { headers: { "content-length": "9999" }, end: "end" },
      "breaks off in the middle": { headers: { "content-length": "9999" }, end: "resetAndDestroy" },
      "has no last chunk": { headers: { "transfer-encoding": "chunked" }, end: "end" },
    } as const)) {
      test(`with a body that ${what} gives neither a listing nor an object`, async (t) => {
        const sent = http(200, { ...OBJECT, ...headers }, `7\r\n${PLANTED}\r\n`);
        const { bucket } = await broken(t, (socket) => socket.write(sent, () => void socket[end]()));
        assert.equal((await failureOf(bucket.list("", t.signal))).kind, "unavailable");
        assert.equal((await failureOf(readWhole(bucket, t.signal))).kind, "unavailable");
      });
    }

    test("with a page of a captive portal gives neither a listing nor an object", async (t) => {
      const { bucket } = await broken(t, (socket) => socket.end(http(200, { "content-type": "text/html" }, HTML)));
      assert.equal(
        (await failureOf(bucket.list("", t.signal))).message,
        'Cannot list bucket "recordings": the answer is not a listing',
      );
      assert.equal(
        (await failureOf(readWhole(bucket, t.signal))).message,
        'Cannot read from bucket "recordings": the answer is not the object\'s bytes as asked for',
      );
    });

    test("with a listing that never ends fails within bounded work", { timeout: 60_000 }, async (t) => {
      const { bucket, seen } = await broken(t, (socket, count) => socket.end(http(200, OBJECT, page(`t${count}`))));
      const { message } = await failureOf(bucket.list("", t.signal));
      assert.equal(message, 'Cannot list bucket "recordings": the listing has more than 1000 pages');
      assert.equal(seen(), 1000);
    });

    test("with a listing that goes round in circles fails at the second turn", async (t) => {
      const { bucket, seen } = await broken(t, (socket, count) => socket.end(http(200, OBJECT, page(`t${count % 3}`))));
      const { message } = await failureOf(bucket.list("", t.signal));
      assert.equal(message, 'Cannot list bucket "recordings": the listing goes round in circles');
      assert.equal(seen(), 4);
    });

    for (const [what, sent] of Object.entries({
      "without an answer": "",
      "within the headers": "HTTP/1.1 200 OK\r\netag: ",
      "within an error": http(500, { "content-length": "999" }, "<Error>"),
      "within a body": http(200, { ...OBJECT, "content-length": "999" }, "x"),
    })) {
      test(`because it hangs ${what} ends with the abort and its reason`, async (t) => {
        const reason = new Error("enough");
        const abort = new AbortController();
        const { bucket, closed } = await broken(t, (socket) => {
          socket.write(sent, () => setImmediate(() => abort.abort(reason)));
        });
        await assert.rejects(readWhole(bucket, abort.signal), (failed) => failed === reason);
        await closed; // nothing is left open behind the caller's back
      });
    }
  });
}

/** One of each kind of call, by how an error names it. */
function actions(bucket: Bucket, signal: AbortSignal) {
  return {
    list: () => bucket.list("directory1/", signal),
    "read from": () => bucket.get("directory1/a.ts", { signal }),
    "write to": () => bucket.put("directory1/a.ts", new Uint8Array(3), { signal, contentType: "video/mp2t" }),
  };
}

async function readWhole(bucket: Bucket, signal: AbortSignal) {
  const object = await bucket.get("directory1/a.ts", { signal });
  assert.ok(object);
  return readAll(object.body, 100_000);
}

/** What a call failed with, which must be a `BucketError` that has nothing of the store's words and of our secrets. */
async function failureOf(calling: Promise<unknown>): Promise<BucketError> {
  const failed = await calling.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(failed instanceof BucketError);
  assert.equal(failed.cause, undefined);
  assert.doesNotMatch(inspect(failed, { depth: null, showHidden: true }), /PLANTED|127\.0\.0\.1|authorization/i);
  return failed;
}

function facts({ kind, status, message }: BucketError) {
  return { kind, status, message };
}

function error(code: string) {
  return `<?xml version="1.0"?><Error><Code>${code}</Code>${ECHO}</Error>`;
}

function http(status: number, headers: Record<string, string>, body: string) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Planted\r\nconnection: close\r\n${lines.join("")}\r\n${body}`;
}

/** Replies to each request on a connection of its own; `closed` resolves when the first of them is closed. */
async function brokenStore(t: TestContext, reply: Reply) {
  let count = 0;
  const sockets = new Set<Socket>();
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => onClosed());
    socket.once("data", () => reply(socket, (count += 1)));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { endpoint: `http://127.0.0.1:${address.port}`, seen: () => count, closed };
}
