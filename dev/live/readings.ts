/** Readings of the evidence, one fact each, as a sentence; `null` where the run did not show it. */
import { decodeQueryAnswer, decodeStopAnswer } from "../../src/agora/decode.ts";
import { type Evidence, type Exchange, exchangesOf, type Notice, type RecordingName, type Step } from "./evidence.ts";

export type Reading = (evidence: Evidence) => string | null;

const NAMES: RecordingName[] = ["first", "second"];

/** Status and fields of each answer to a step, in their order. */
export function answersTo(...steps: Step[]): Reading {
  return (evidence) => join(steps.flatMap((step) => exchangesOf(evidence, step)).map(describeAnswer));
}

/** The answer to a wrong value tells whether the field is known. */
export function knowsField(step: Step): Reading {
  return (evidence) =>
    join(
      exchangesOf(evidence, step)
        .filter(({ status }) => status === 200 || status === 400)
        .map((at) => `${at.status === 200 ? "not refused" : "refused"} (${describeAnswer(at)})`),
    );
}

export const syncStopTime: Reading = (evidence) =>
  join(exchangesOf(evidence, "stop-sync").map((at) => `${describeAnswer(at)} after ${seconds(at.tookMs)}`));

export const backupedStatus: Reading = (evidence) =>
  join(
    exchangesOf(evidence, "stop-sync")
      .filter(({ body }) => ["backuped", "stranded"].includes(decodeStopAnswer(body)?.uploadingStatus ?? ""))
      .map(describeAnswer),
  );

/** How long after the first stop of a recording a query was last answered. */
export const queriesAfterStop: Reading = (evidence) => {
  return join(
    NAMES.flatMap((name) => {
      const queries = exchangesOf(evidence, "query-after-stop", name);
      const [stop] = [...exchangesOf(evidence, "stop-async", name), ...exchangesOf(evidence, "stop-sync", name)];
      const last = queries.at(-1);
      if (stop === undefined || last === undefined) return [];
      const known = queries.filter(({ body }) => decodeQueryAnswer(body) !== undefined).length;
      return [
        `${name}: ${known} answered, then ${describeAnswer(last)}, ${seconds(last.atMs - stop.atMs)} after the stop`,
      ];
    }),
  );
};

export const missingWhileRecording: Reading = (evidence) => {
  const queries = exchangesOf(evidence, "query");
  const missing = queries.filter(({ status }) => status === 404);
  return queries.length === 0 ? null : `${missing.length} of ${queries.length} queries were answered with 404`;
};

/** How many digits the times in the names of segments have. */
export const segmentDigits: Reading = ({ objects }) => {
  const digits = objects.flatMap(({ key }) => /_(\d+)\.(?:ts|webm)$/.exec(key)?.[1]?.length ?? []);
  return join([...new Set(digits)].map((count) => `${count} digits`));
};

/** What became of the channel's special characters, each of which takes one place in a name. */
export const channelSpelling: Reading = ({ objects, recordings }) => {
  const spellings = Object.values(recordings).flatMap(({ sid, cname }) =>
    objects.flatMap(({ key }) => {
      const at = key.indexOf(`${sid}_`);
      const written = key.slice(at + sid.length + 1, at + sid.length + 1 + cname.length);
      if (at === -1) return [];
      return [...cname.matchAll(/[^A-Za-z0-9]/g)].map(
        ({ 0: character, index }) => `"${character}" is written "${written[index] ?? ""}"`,
      );
    }),
  );
  return join([...new Set(spellings)]);
};

/** The kinds of files of the recording whose start said nothing of files. */
export const filesUnasked: Reading = ({ objects, recordings: { second }, exchanges }) => {
  const start = exchanges.find(({ step, recording }) => step === "start" && recording === "second");
  if (start === undefined) return null;
  const names = objects.map(({ key }) => key).filter((key) => second !== undefined && key.includes(second.sid));
  const endings = new Set(names.map((name) => name.split(".").at(-1) ?? ""));
  return `the start was answered with ${start.status ?? "nothing"}; files: ${[...endings].join(", ") || "none"}`;
};

export const sliceTimeUnit: Reading = ({ exchanges }) => {
  const times = exchanges.flatMap(({ body }) => valuesOf(body, "sliceStartTime")).filter((value) => Number(value) > 0);
  return join([...new Set(times.map((value) => (Number(value) < 1e12 ? "seconds" : "milliseconds")))]);
};

export const payloadKey: Reading = (evidence) => {
  const bodies = exchangesOf(evidence, "stop-sync").map(({ body }) => body);
  return join(["payload", "playload"].filter((key) => bodies.some((body) => valuesOf(body, key).length > 0)));
};

export const unknownRefusals: Reading = ({ exchanges }) => {
  const refused = exchanges.filter(({ status, body }) => status === 400 && valuesOf(body, "code").length === 0);
  return join(refused.map((at) => `${at.step}: ${describeAnswer(at)}`));
};

/** Which of these events came. */
export function eventsSeen(...types: number[]): Reading {
  return ofNotices((notices) => {
    const seen = types.filter((type) => notices.some(({ eventType }) => eventType === type));
    return seen.length === 0 ? "none came" : `came: ${seen.join(", ")}`;
  });
}

export const uploadedAfterBackup: Reading = ofNotices((notices) => {
  const backup = notices.findIndex(({ eventType }) => eventType === 32);
  if (backup === -1) return null;
  return notices.slice(backup).some(({ eventType }) => eventType === 31)
    ? "a 31 followed the 32"
    : "no 31 followed the 32";
});

export const progressOrder: Reading = ofNotices((notices) => {
  const progress = notices.flatMap(({ eventType, details }) => (eventType === 33 ? valuesOf(details, "progress") : []));
  return progress.length === 0 ? null : `progress: ${progress.map(String).join(", ")}`;
});

export const modeInEvent: Reading = ofNotices((notices) =>
  join(
    notices
      .flatMap(({ eventType, details }) => (eventType === 3 ? valuesOf(details, "recordingMode") : []))
      .map(String),
  ),
);

/** A question that a run of two minutes cannot ask. */
export const notAsked: Reading = () => null;

/** Reads the notifications of each recording by itself. */
function ofNotices(read: (notices: Notice[]) => string | null): Reading {
  return ({ notices }) =>
    join(
      NAMES.flatMap((name) => {
        const own = notices.filter(({ recording }) => recording === name);
        const fact = own.length === 0 ? null : read(own);
        return fact === null ? [] : [`${name}: ${fact}`];
      }),
    );
}

/** `200 with serverResponse.uploadingStatus=uploaded`: values only of fields with a fixed vocabulary. */
function describeAnswer({ status, body }: Exchange): string {
  if (status === null) return "no answer";
  const [code] = valuesOf(body, "code");
  const [word] = valuesOf(body, "uploadingStatus");
  const fields = typeof body === "object" && body !== null ? Object.keys(body).toSorted() : [];
  const facts = [
    ...(fields.length > 0 ? [`fields ${fields.join(", ")}`] : []),
    ...(typeof code === "number" ? [`code ${code}`] : []),
    ...(typeof word === "string" ? [`uploadingStatus ${word}`] : []),
  ];
  return facts.length === 0 ? `HTTP ${status}` : `HTTP ${status}, ${facts.join(", ")}`;
}

/** Every value under this key, at any depth. */
function valuesOf(body: unknown, key: string): unknown[] {
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) => (name === key ? [value] : valuesOf(value, key)));
}

function join(facts: string[]): string | null {
  return facts.length === 0 ? null : facts.join("; ");
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
