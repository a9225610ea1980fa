import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";

import { startS3Gateway } from "../../dev/servers/s3-gateway.ts";
import { readAll } from "../../src/lib/read-all.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { emulate, stopInSync } from "./caller.ts";

test("a recording lands in a real store under its prefix, whole when the sync stop says uploaded", async (t) => {
  const bucket = await storeBucket();
  const emulator = await emulate(t, { bucket });
  const recorded = await emulator.record({ fileNamePrefix: ["calls", "today"], scenario: "mp4" });
  assert.partialDeepStrictEqual((await stopInSync(emulator, recorded)).body, {
    serverResponse: { uploadingStatus: "uploaded" },
  });

  const stem = `calls/today/${recorded.sid}_${recorded.cname}`;
  const { objects } = await bucket.list("", t.signal);
  assert.equal(objects.length, 8);
  assert.ok(objects.every(({ key, sizeBytes }) => key.startsWith(stem) && sizeBytes > 0));
  const playlist = await bucket.get(`${stem}.m3u8`, { signal: t.signal });
  assert.ok(playlist);
  assert.match(Buffer.from(await readAll(playlist.body, 10_000)).toString(), /#EXT-X-ENDLIST\n$/);
});

test("a store refuses an upload: the sync stop does not know, no notification is sent", async (t) => {
  const emulator = await emulate(t, { bucket: await storeBucket({ secretKey: "wrong" }) });
  const recorded = await emulator.record();
  assert.partialDeepStrictEqual((await stopInSync(emulator, recorded)).body, {
    serverResponse: { uploadingStatus: "unknow" },
  });
  await assert.rejects(emulator.whenUploaded(recorded.sid), { name: "BucketError", kind: "denied" });
});

let gateway: ReturnType<typeof startS3Gateway> | undefined;
after(async () => (await gateway)?.stop());

/** A bucket of its own: the gateway may be shared with other runs. */
async function storeBucket(wrong: { secretKey?: string } = {}) {
  const s3 = await (gateway ??= startS3Gateway());
  return createS3Bucket({ ...(await s3.createBucket(`test-${randomUUID()}`)), ...wrong });
}
