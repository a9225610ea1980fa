import assert from "node:assert/strict";
import { test } from "node:test";

import { ApplicationFailure } from "@temporalio/common";
import * as fc from "fast-check";

import { assertInput, type FinalizeInput, resolveInput } from "../../src/contract/input.ts";

const RECORDING = {
  appId: "0123456789abcdef0123456789abcdef",
  resourceId: "JyvK8nXHuV1BE64GDkAaBGEscvtHW7v8BrQoRPCHxmeVxwY22",
  sid: "38f8e3cfdc474cd56fc1ceba380d7e1a",
  mode: "mix",
  cname: "httpClient463224",
  uid: "527841",
} as const;
const MINIMAL: FinalizeInput = { recording: RECORDING };

/** The reasons with which an input is refused, one for each field. */
function reasons(input: unknown): string[] {
  try {
    assertInput(input);
  } catch (error) {
    assert.ok(error instanceof ApplicationFailure);
    const { type, nonRetryable } = error;
    assert.deepEqual({ type, nonRetryable }, { type: "InputInvalid", nonRetryable: true });
    const [, said] = /^Cannot finalize the recording: (.+)$/.exec(error.message) ?? [];
    return said?.split("; ") ?? assert.fail(error.message);
  }
  return [];
}

function ofRecording(changes: object): unknown {
  return { recording: { ...RECORDING, ...changes } };
}

test("an input of a recording alone gets every default", () => {
  assert.deepEqual(resolveInput(MINIMAL, true), {
    recording: { ...RECORDING, account: "default" },
    files: { store: "default", prefix: "", expect: ["hls"], uids: [] },
    stop: { method: "async" },
    level: "list",
    timeoutsMs: { stop: 3_600_000, upload: 1_200_000, backup: 259_200_000, verify: 3_600_000 },
    poll: {
      upload: { initialIntervalMs: 5000, backoffCoefficient: 2, maximumIntervalMs: 30_000 },
      backup: { initialIntervalMs: 30_000, backoffCoefficient: 2, maximumIntervalMs: 600_000 },
      quietMs: 30_000,
    },
    manifest: { store: "default", key: null },
  });
});

test("files left out mean the default store where the worker has one, files null never any", () => {
  assert.equal(resolveInput(MINIMAL, false).files, null);
  const none = resolveInput({ ...MINIMAL, files: null }, true);
  assert.partialDeepStrictEqual(none, { files: null, manifest: null });
  assert.equal(resolveInput({ ...MINIMAL, files: {} }, false).files?.store, "default");
});

test("what is given is kept: the prefix joined as a directory, durations in milliseconds, the manifest beside its files", () => {
  const parsed = resolveInput(
    {
      ...MINIMAL,
      files: { store: "archive", fileNamePrefix: ["directory1", "directory2"], expect: ["hls", "mp4"], uids: ["1"] },
      stop: { method: "sync", at: "2026-11-23T12:00:00+02:00" },
      verification: "hash",
      timeouts: { stop: "90s", backup: "10d" },
      poll: { upload: { initialInterval: "100ms" }, quiet: "0s" },
      manifest: { key: "manifests/one.json" },
    },
    true,
  );
  assert.deepEqual(parsed.files, {
    store: "archive",
    prefix: "directory1/directory2/",
    expect: ["hls", "mp4"],
    uids: ["1"],
  });
  assert.deepEqual(parsed.stop, { method: "sync", at: "2026-11-23T12:00:00+02:00" });
  assert.equal(parsed.level, "hash");
  assert.deepEqual(parsed.timeoutsMs, { stop: 90_000, upload: 1_200_000, backup: 864_000_000, verify: 3_600_000 });
  assert.deepEqual(parsed.poll.upload, { initialIntervalMs: 100, backoffCoefficient: 2, maximumIntervalMs: 30_000 });
  assert.equal(parsed.poll.quietMs, 0);
  assert.deepEqual(parsed.manifest, { store: "archive", key: "manifests/one.json" });
});

test("a resourceId may be missing only when nothing is stopped", () => {
  const { resourceId: _, ...recording } = RECORDING;
  assert.deepEqual(reasons({ recording }), ["recording.resourceId: is required unless stop.method is none"]);
  assert.deepEqual(reasons({ recording, stop: { method: "none" } }), []);
});

test("every mistake is named at once, by its field", () => {
  const said = reasons({ recording: { ...RECORDING, sid: "a/b", mode: "all" }, timeouts: { stop: "soon" }, files: 1 });
  assert.deepEqual(
    said.map((reason) => reason.split(":", 1)[0]),
    ["recording.sid", "recording.mode", "files", "timeouts.stop"],
  );
});

for (const { what, input, says } of [
  {
    what: "an unknown mode",
    input: ofRecording({ mode: "composite" }),
    says: /^recording\.mode: "composite" is not a mode that we know: individual, raw, mix, web$/,
  },
  {
    what: "a channel of more than 64 bytes",
    input: ofRecording({ cname: "课".repeat(22) }),
    says: /^recording\.cname: must have at most 64 bytes in mode mix$/,
  },
  {
    what: "a web label of more than 1,024 bytes",
    input: ofRecording({ mode: "web", cname: "课".repeat(342) }),
    says: /^recording\.cname: must have at most 1024 bytes in mode web$/,
  },
  {
    what: "tracks in mode raw that no level below probe proves",
    input: { recording: { ...RECORDING, mode: "raw" }, files: { uids: ["1", { uid: "2", tracks: ["audio"] }] } },
    says: /^files\.uids\.1\.tracks: needs verification probe or hash in mode raw/,
  },
  {
    what: "tracks of a mix",
    input: { ...MINIMAL, files: { uids: [{ uid: "2", tracks: ["audio"] }] } },
    says: /^files\.uids\.0\.tracks: is only for modes with files of each user, not for mode mix$/,
  },
  { what: "no input", input: undefined, says: /^there is no input$/ },
  { what: "no recording", input: {}, says: /^recording: is missing$/ },
  { what: "no sid", input: ofRecording({ sid: undefined }), says: /^recording\.sid: is missing$/ },
  { what: "no mode", input: ofRecording({ mode: undefined }), says: /^recording\.mode: is missing$/ },
  { what: "an unknown key", input: { ...MINIMAL, verfication: "head" }, says: /"verfication"/ },
  { what: "an unknown key inside", input: ofRecording({ channel: "a" }), says: /^recording: .*"channel"/ },
  { what: "a sid with a slash", input: ofRecording({ sid: "a/b" }), says: /^recording\.sid: must be made of letters/ },
  { what: "a sid that is a parent folder", input: ofRecording({ sid: ".." }), says: /^recording\.sid: must/ },
  { what: "an empty sid", input: ofRecording({ sid: "" }), says: /^recording\.sid: must/ },
  { what: "a sid with a line end", input: ofRecording({ sid: "abc\n" }), says: /^recording\.sid: must/ },
  {
    what: "a resource id with a slash",
    input: ofRecording({ resourceId: "a/../b" }),
    says: /^recording\.resourceId: must/,
  },
  {
    what: "a resource id with a query",
    input: ofRecording({ resourceId: "a?b" }),
    says: /^recording\.resourceId: must/,
  },
  {
    what: "a resource id with an escape",
    input: ofRecording({ resourceId: "a%2Fb" }),
    says: /^recording\.resourceId: must/,
  },
  {
    what: "a resource id that is a folder",
    input: ofRecording({ resourceId: "." }),
    says: /^recording\.resourceId: must/,
  },
  { what: "an App ID with a hash", input: ofRecording({ appId: "a#b" }), says: /^recording\.appId: must/ },
  { what: "an account with a space", input: ofRecording({ account: "a b" }), says: /^recording\.account: must/ },
  { what: "no channel", input: ofRecording({ cname: "" }), says: /^recording\.cname: / },
  { what: "a number as uid", input: ofRecording({ uid: 527841 }), says: /^recording\.uid: / },
  {
    what: "a backup timeout over 10 days",
    input: { ...MINIMAL, timeouts: { backup: "10.1d" } },
    says: /^timeouts\.backup: must not be longer than 10d/,
  },
  ...[
    { timeouts: { stop: "25h" }, field: /^timeouts\.stop: must not be longer than 24h/ },
    { timeouts: { upload: "200000000d" }, field: /^timeouts\.upload: must not be longer than 10d/ },
    { timeouts: { verify: "241h" }, field: /^timeouts\.verify: must not be longer than 10d/ },
    { poll: { quiet: "61m" }, field: /^poll\.quiet: must not be longer than 1h/ },
    {
      poll: { upload: { initialInterval: "2h" } },
      field: /^poll\.upload\.initialInterval: must not be longer than 1h/,
    },
    {
      poll: { backup: { maximumInterval: "2h" } },
      field: /^poll\.backup\.maximumInterval: must not be longer than 1h/,
    },
    { stop: { at: "9999-12-31T00:00:00Z" }, field: /^stop\.at: must not be more than a year ahead/ },
  ].map(({ field, ...given }) => ({ what: JSON.stringify(given), input: { ...MINIMAL, ...given }, says: field })),
  {
    what: "a duration without a unit",
    input: { ...MINIMAL, timeouts: { stop: "60" } },
    says: /^timeouts\.stop: must be a d/,
  },
  {
    what: "a negative duration",
    input: { ...MINIMAL, timeouts: { upload: "-1s" } },
    says: /^timeouts\.upload: must be a d/,
  },
  { what: "no time to verify", input: { ...MINIMAL, timeouts: { verify: "0s" } }, says: /^timeouts\.verify: .*zero/ },
  {
    what: "a poll without pause",
    input: { ...MINIMAL, poll: { upload: { initialInterval: "0s" } } },
    says: /longer than zero/,
  },
  {
    what: "a shrinking poll",
    input: { ...MINIMAL, poll: { backup: { backoffCoefficient: 0.5 } } },
    says: /^poll\.backup\.b/,
  },
  { what: "a stop at no moment", input: { ...MINIMAL, stop: { at: "tomorrow" } }, says: /^stop\.at: / },
  { what: "a stop at a local time", input: { ...MINIMAL, stop: { at: "2026-11-23T12:00:00" } }, says: /^stop\.at: / },
  { what: "an unknown level", input: { ...MINIMAL, verification: "deep" }, says: /^verification: / },
  { what: "nothing expected", input: { ...MINIMAL, files: { expect: [] } }, says: /^files\.expect: / },
  ...["", "a/b", ".", "..", "a\n"].map((part) => ({
    what: `the prefix part ${JSON.stringify(part)}`,
    input: { ...MINIMAL, files: { fileNamePrefix: ["ok", part] } },
    says: /^files\.fileNamePrefix\.1: /,
  })),
  ...["", "/a", "a/", "../a", "a/../b", "a/.", "."].map((key) => ({
    what: `the manifest key ${JSON.stringify(key)}`,
    input: { ...MINIMAL, manifest: { key } },
    says: /^manifest\.key: /,
  })),
]) {
  test(`${what} is refused by the name of its field`, () => {
    assert.match(reasons(input).join("; "), says);
  });
}

test("prefix parts and keys with dots, spaces and any script are kept", () => {
  const fileNamePrefix = ["...", ".hidden", "录制 1", "a..b"];
  const key = ".manifests/录制.2026..json";
  const parsed = resolveInput({ ...MINIMAL, files: { fileNamePrefix }, manifest: { key } }, true);
  assert.equal(parsed.files?.prefix, ".../.hidden/录制 1/a..b/");
  assert.equal(parsed.manifest?.key, key);
});

test("whatever is accepted as sid, App ID or resource id stands in a URL's path unchanged", () => {
  // Mostly what is likely to be accepted, salted with all that means something in a URL.
  const characters = "abcXYZ019-._~/\\?#%:@;&=+ \t\n".split("");
  const character = fc.constantFrom(...characters, "é", "%2e");
  const part = fc.oneof(
    fc.string({ unit: character, maxLength: 6 }),
    fc.constantFrom(".", "..", "%2e%2e", "a\n", "\u2028"),
  );
  let accepted = 0;
  fc.assert(
    fc.property(part, fc.constantFrom("sid", "appId", "resourceId"), (value, field) => {
      if (reasons(ofRecording({ [field]: value })).length > 0) return;
      accepted += 1;
      const url = new URL(`https://agora.example/v1/${value}/mode`);
      assert.equal(url.pathname, `/v1/${value}/mode`);
      assert.equal(encodeURIComponent(value), value);
    }),
    { numRuns: 5000 },
  );
  assert.ok(accepted > 100);
});
