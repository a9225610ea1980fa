/** What must hold for every recording, and for what is left of a run. */
import type { FinalizeResult, Outcome } from "../../../src/client.ts";
import { mapConcurrently } from "../../../src/lib/map-concurrently.ts";
import type { Played } from "./play.ts";
import type { ChaosSetup } from "./chaos-setup.ts";

type Ended = Played & { ending: FinalizeResult };

const AT_ONCE = 20;
/** A listing that was under way when the last file came. */
const SETTLED_MS = 3000;

/** What may become of a recording that was forced too early. */
const LESS = new Set<Outcome>(["incomplete", "lost", "not-found"]);
const FORCED_STOPS = new Set(["unconfirmed", "already-ended"]);
/** After these, `null` being a lost answer, the session has ended. */
const STOPPED = new Set([null, 200, 206, 504]);

/** What is wrong, for people; nothing where all is well. */
export async function judge(setup: ChaosSetup, played: Played[]): Promise<string[]> {
  const each = await mapConcurrently(played, { limit: AT_ONCE, work: async (one) => judgeOne(setup, one) });
  const left = await findLeftovers(setup, played);
  return [...each.flat(), ...left, ...setup.fleet.crashes];
}

async function judgeOne(setup: ChaosSetup, played: Played): Promise<string[]> {
  const { planned, recorded, ending } = played;
  if ("failed" in ending) return [`${name(played)}: ${ending.failed}`];
  const wrong = [
    ...judgeOutcome(played, ending),
    ...judgeStop(setup, { ...played, ending }),
    ...(await judgeManifest(setup, { ...played, ending })),
  ];
  const { stop, manifest, problems } = ending;
  const facts = JSON.stringify({ planned, sid: recorded.sid, stop, manifest, problems: problems.slice(0, 3) });
  return wrong.map((what) => `${name(played)}: ${what}: ${facts}`);
}

function name({ planned: { caseName, atMs, interference } }: Played): string {
  const then = interference === null ? "" : `, ${interference.kind} after ${interference.afterMs} ms`;
  return `"${caseName}" at ${atMs} ms${then}`;
}

function judgeOutcome(played: Played, { outcome, stop, forced }: FinalizeResult): string[] {
  const { truth, planned, interferedAtMs, uploadedAtMs } = played;
  const expected = truth.ends(stop);
  if (outcome === expected) return [];
  if (outcome === "cancelled" && planned.interference?.kind === "cancel") return [];
  // Forced before everything was there, what was there had to do.
  const early = uploadedAtMs === null || interferedAtMs === null || interferedAtMs <= uploadedAtMs + SETTLED_MS;
  if (forced && early && LESS.has(outcome) && expected !== "unverified") return [];
  return [`ended ${outcome}, and the truth is ${expected}`];
}

function judgeStop({ emulator, trouble }: ChaosSetup, played: Ended): string[] {
  const { outcome, stop, forced } = played.ending;
  const { sid } = played.recorded;
  const calls = emulator.calls.filter((call) => call.endpoint === "stop" && call.sid === sid);
  const over = played.uploadedAtMs !== null;
  const wrong: string[] = [];
  // A forced stop is given up after 30 s, and to it every 404 is the end, that of a failover too.
  const explained = outcome === "cancelled" || (forced && FORCED_STOPS.has(stop.status));
  if (!played.truth.stops.includes(stop.status) && !explained) wrong.push(`the stop is ${stop.status}`);
  if (stop.status === "accepted" && !over) wrong.push("the stop is accepted, and the session goes on");
  if (stop.status === "not-sent" && calls.length > 0) wrong.push("a stop was sent, and none is reported");

  const further = furtherStops(calls);
  const excuses = (trouble.unacknowledged.get(sid) ?? 0) + countScripted(played) + (forced ? 1 : 0);
  if (further > 3 * excuses) wrong.push(`${further} further stops after ${excuses} lost answers`);
  return wrong;
}

/** Calls after the one that ended the session: only lost answers explain them, each up to three. */
function furtherStops(calls: { status: number | null }[]): number {
  const done = calls.findIndex(({ status }) => STOPPED.has(status));
  return done === -1 ? 0 : calls.length - 1 - done;
}

/** How many answers the scenario itself does not give, or gives so that the stop must be repeated. */
function countScripted({ truth: { recorded } }: Played): number {
  return typeof recorded.scenario === "object" ? (recorded.scenario.stop?.length ?? 0) : 0;
}

async function judgeManifest({ bucket, recordings }: ChaosSetup, played: Ended): Promise<string[]> {
  const result = played.ending;
  const { objects } = await bucket.list(placeOf(played), AbortSignal.timeout(60_000));
  const written = objects.map(({ key }) => key).filter((key) => key.includes(".manifest"));
  const expected = ["verified", "damaged", "incomplete", "lost"].includes(result.outcome);
  if (!expected) {
    // A worker that died after its PUT may be cancelled before the next one could report the manifest.
    const allowed = result.outcome === "cancelled" ? 1 : 0;
    return written.length > allowed || result.manifest !== null
      ? [`manifests where none belongs: ${written.join(", ")}`]
      : [];
  }
  if (written.length !== 1 || written[0] !== result.manifest?.key) return [`not one manifest: ${written.join(", ")}`];
  try {
    const manifest = await recordings.get(played.recorded.sid).manifest(); // checks the digest
    return manifest?.outcome === result.outcome ? [] : ["the manifest tells of another outcome"];
  } catch (error) {
    return [`the manifest cannot be believed: ${String(error)}`];
  }
}

/** What its files' keys begin with. */
function placeOf({ planned, recorded }: Played): string {
  return `${planned.directory}/${recorded.sid}`;
}

/** Nothing runs in Temporal, and the bucket holds recordings and manifests alone. */
async function findLeftovers({ client, bucket, recordedKeys }: ChaosSetup, played: Played[]): Promise<string[]> {
  const { count } = await client.workflow.count("ExecutionStatus = 'Running'");
  const { objects } = await bucket.list("", AbortSignal.timeout(60_000));
  const ours = new Set(played.map(placeOf));
  const strange = objects
    .map(({ key }) => key)
    .filter(
      (key) =>
        !recordedKeys.has(key) &&
        !(/^[^.]+\.[0-9a-f-]{36}\.manifest\.json$/.test(key) && ours.has(key.split(".")[0] ?? "")),
    );
  return [
    ...(count > 0 ? [`${count} workflows still run`] : []),
    ...(strange.length > 0 ? [`Left in the bucket: ${strange.slice(0, 5).join(", ")}`] : []),
  ];
}
