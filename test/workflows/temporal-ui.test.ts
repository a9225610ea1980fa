/** What Temporal itself shows of a recording to somebody who has nothing else: the card, the labels, the search attributes. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { Recording } from "../../src/client.ts";
import { type Harness, testHarness } from "../support/harness.ts";
import { startFinalizing, LATER, untilProgress, untilDescribed } from "../support/situations.ts";

const harness = testHarness();

test("the card says what was asked, what it waits for until when, and what can be done now", async () => {
  const env = await harness();
  const cname = "`a` ![b](c)";
  const files = { fileNamePrefix: ["calls", "2026"] };
  const { recording, recorded } = await startFinalizing(
    env,
    { cname, fileNamePrefix: files.fileNamePrefix, scenario: "backuped-lost" },
    { files, stop: { method: "sync", at: LATER } },
  );
  const described = await env.client.workflow.getHandle(recording.workflowId).describe();
  assert.equal(await described.staticSummary(), `Recording ${recorded.sid} of channel ${cname}`);
  const details = (await described.staticDetails()) ?? "";
  assert.match(details, /^- Channel `'a' !\[b\]\(c\)`, mode mix, recorder `527841`$/m);
  assert.match(details, /^- Files: store default, under `calls\/2026`, expected: hls$/m);
  assert.match(details, /^- Stop: sync, due at .+; verification: list$/m);

  await untilProgress(recording, ({ phase }) => phase === "scheduled");
  assert.match(
    await currentDetails(env, recording),
    /^- \*\*scheduled\*\* since .*`forceStop` to stop now.*is billed/s,
  );
  await recording.forceStop();
  await untilProgress(recording, ({ phase }) => phase === "backup");
  const waiting = await currentDetails(env, recording);
  assert.match(waiting, /^- \*\*backup\*\* since \S+, until \S+ at the latest\n- Waiting for: Agora's backup cloud/);
  assert.match(
    waiting,
    /Signal `forceStop` to end the wait.*\n- Stop: accepted at \S+; backup seen by stop\n- Forced$/,
  );

  await recording.forceStop();
  await recording.result();
  assert.match(await currentDetails(env, recording), /^- \*\*done\*\* .*the outcome is incomplete\n- The result has/s);
});

test("every activity and every timer has a summary, every handler a description, and a phase one upsert", async () => {
  const env = await harness();
  const { recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
  await untilProgress(recording, ({ phase }) => phase === "scheduled");
  await recording.forceStop();
  await recording.result();

  const { events } = await env.client.workflow.getHandle(recording.workflowId).fetchHistory();
  const labelled = (events ?? []).flatMap((event) => {
    const { activityTaskScheduledEventAttributes: activity, timerStartedEventAttributes: timer } = event;
    const marker = event.markerRecordedEventAttributes;
    const name = activity?.activityType?.name ?? (timer && "timer") ?? marker?.markerName;
    return name === undefined ? [] : [{ name, summary: event.userMetadata?.summary != null }];
  });
  assert.deepEqual(
    labelled.map(({ name }) => name),
    ["core_local_activity", "timer", "stopRecording", "awaitUpload", "publishManifest"],
  );
  assert.deepEqual(
    labelled.filter(({ summary }) => !summary),
    [],
  );
  const upserts = (events ?? []).filter((event) => event.upsertWorkflowSearchAttributesEventAttributes);
  assert.equal(upserts.length, 3); // uploading, verifying, done

  const { definition } = await metadata(env, recording);
  const own = [definition?.queryDefinitions, definition?.signalDefinitions, definition?.updateDefinitions].flatMap(
    (definitions) => definitions ?? [],
  );
  assert.ok(own.length >= 6);
  assert.deepEqual(
    own.filter(({ description }) => !description),
    [],
  );
});

test("while a check lasts, the pending activity says how many of the files it has read", async () => {
  const env = await harness();
  const recorded = await env.emulator.record();
  let segments = 0;
  const isLater = (path: string) => path.includes(recorded.sid) && path.includes(".ts") && ++segments > 1;
  const reading = env.gate.hold(({ method, path }) => method === "GET" && isLater(path));
  const recording = await env.recordings.finalize(env.input(recorded, { verification: "hash" }));
  await reading.arrived;
  const told = Promise.withResolvers<unknown>();
  await untilDescribed(env, recording, ({ raw: { pendingActivities } }) => {
    const [payload] = pendingActivities?.[0]?.heartbeatDetails?.payloads ?? [];
    if (payload?.data) told.resolve(JSON.parse(Buffer.from(payload.data).toString()));
    return payload?.data != null;
  });
  assert.deepEqual(await told.promise, { kind: "check", checkedFiles: 2, totalFiles: 7 });
  reading.release();
  assert.equal((await recording.result()).outcome, "verified");
});

type Handlers = { name: string; description?: string }[];
type Metadata = {
  currentDetails?: string;
  definition?: { queryDefinitions?: Handlers; signalDefinitions?: Handlers; updateDefinitions?: Handlers };
};

/** As Temporal's UI asks for it. */
async function metadata({ client }: Harness, { workflowId }: Recording): Promise<Metadata> {
  return client.workflow.getHandle(workflowId).query<Metadata>("__temporal_workflow_metadata");
}

async function currentDetails(env: Harness, recording: Recording): Promise<string> {
  return (await metadata(env, recording)).currentDetails ?? "";
}
