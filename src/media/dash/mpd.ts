/**
 * A strict reader of DASH media presentations (ISO/IEC 23009-1), as far as Agora writes them for VP8 and VP9: it gives the name
 * of every WebM that one names. It never throws; every fault is a finding; each name is safe to look up: one plain file name
 * beside the MPD. Its work is bounded by the document's size and by `MAX_MPD_FILES`.
 */
import { type IsOwnName, findUriFault } from "../hls/uri.ts";
import { readAttribute, findChildren, readDuration, type MpdElement, readNumber, parseElements } from "./element.ts";
import { type MpdFinding, MpdFindings } from "./findings.ts";
import { resolveBase, descend, chooseKind, type Level, mergeElements, OUTERMOST } from "./level.ts";
import { fillTemplate, type TemplateValues } from "./template.ts";
import { walkSegments } from "./timeline.ts";
import { decodeUtf8 } from "../../lib/decode-utf8.ts";

/** Three days of sound and pictures as a list, which takes most. */
export const MAX_MPD_BYTES = 4 * 1024 * 1024;
/** Three weeks of sound and pictures, cut every 15 s. */
export const MAX_MPD_FILES = 250_000;

export type MpdFile = {
  /** As written; each at most once. */
  uri: string;
  /** A header, without which the segments cannot be played, a segment, or both in one file. */
  role: "init" | "media" | "whole";
  kind: "audio" | "video" | "other";
  durationSeconds: number | null;
};

export type ParsedMpd = {
  /** 5.3.1.2: a `dynamic` presentation may still grow. */
  ended: boolean;
  durationSeconds: number | null;
  files: MpdFile[];
  findings: MpdFinding[];
};

/** Reads an MPD's bytes. */
export function parseMpd(bytes: Uint8Array, isOwnName?: IsOwnName): ParsedMpd {
  const findings = new MpdFindings();
  const mpd = readDocument(bytes, findings);
  if (mpd === undefined) return { ended: false, durationSeconds: null, files: [], findings: findings.list };

  const durationSeconds = readDuration(mpd, "mediaPresentationDuration");
  const files = new MpdFiles(findings, isOwnName);
  const outer = descend(OUTERMOST, mpd);
  const periods = findChildren(mpd, "Period");
  for (const [index, period] of periods.entries()) {
    const next = periods[index + 1];
    const start = readDuration(period, "start") ?? 0;
    const end = (next && readDuration(next, "start")) ?? durationSeconds;
    const periodSeconds = readDuration(period, "duration") ?? (end === null ? null : end - start);
    readPeriod(period, { outer, periodSeconds, files, findings });
  }
  const ended = readAttribute(mpd, "type") !== "dynamic";
  if (ended && files.list.length === 0) findings.report("mpd-without-media", "none");
  return { ended, durationSeconds, files: files.list, findings: findings.list };
}

function readDocument(bytes: Uint8Array, findings: MpdFindings): MpdElement | undefined {
  if (bytes.length === 0 || bytes.length > MAX_MPD_BYTES) {
    findings.report("mpd-unreadable", bytes.length === 0 ? "an empty object" : `${bytes.length} bytes`);
    return undefined;
  }
  const text = decodeUtf8(bytes)?.replace(/^\uFEFF/, "");
  const root = text === undefined ? undefined : parseElements(text);
  if (root?.name === "MPD") return root;
  findings.report("mpd-unreadable", root === undefined ? "a text that is no XML" : "another document");
  return undefined;
}

type Context = { periodSeconds: number | null; files: MpdFiles; findings: MpdFindings };

function readPeriod(period: MpdElement, { outer, ...context }: Context & { outer: Level }): void {
  if ([...period.attributes.keys()].some((name) => name.endsWith(":href"))) {
    context.findings.report("mpd-unsupported", "a period that lies elsewhere");
  }
  const level = descend(outer, period);
  for (const set of findChildren(period, "AdaptationSet")) {
    const inner = descend(level, set);
    for (const representation of findChildren(set, "Representation")) {
      readRepresentation(representation, { ...context, level: descend(inner, representation) });
    }
  }
}

function readRepresentation(representation: MpdElement, { level, ...context }: Context & { level: Level }): void {
  const { files, findings } = context;
  const kind = chooseKind(level);
  const base = resolveBase(level);
  const add = (uri: string, file: Omit<MpdFile, "uri" | "kind">) =>
    files.add({ uri: base.folder + uri, kind, ...file });
  const template = mergeElements(level.templates);
  const list = mergeElements(level.lists);
  if (template) return readTemplate(template, { ...context, representation, add });
  if (list) return readList(list, { ...context, add });
  if (base.file === null) return findings.report("mpd-timeline-invalid", "a representation without segments");
  add(base.file, { role: "whole", durationSeconds: context.periodSeconds });
}

type Adding = Context & { add: (uri: string, file: Omit<MpdFile, "uri" | "kind">) => boolean };

function readTemplate(
  timing: MpdElement,
  { representation, add, ...context }: Adding & { representation: MpdElement },
): void {
  const { findings } = context;
  const [id, bandwidth] = [readAttribute(representation, "id"), readAttribute(representation, "bandwidth")];
  const values = {
    ...(id !== undefined && { RepresentationID: id }),
    ...(bandwidth !== undefined && { Bandwidth: bandwidth }),
  };
  const [init, media] = [readAttribute(timing, "initialization"), readAttribute(timing, "media")];
  const name = (template: string, given: TemplateValues) => {
    const filled = fillTemplate(template, given);
    if (filled === undefined) findings.report("mpd-template-invalid", "one that does not");
    return filled;
  };
  const header = init === undefined ? undefined : name(init, values);
  if (header !== undefined) add(header, { role: "init", durationSeconds: null });
  if (media === undefined) return findings.report("mpd-template-invalid", "none for media");
  for (const { number, time, durationSeconds } of walkSegments({ timing, ...context, limit: MAX_MPD_FILES })) {
    const uri = name(media, { ...values, Number: number, Time: time });
    // A template without a number gives the same name for ever.
    if (uri === undefined || !add(uri, { role: "media", durationSeconds })) return;
  }
}

/** 5.3.9.3: each segment with its own name. */
function readList(list: MpdElement, { add, findings }: Adding): void {
  const duration = readNumber(list, "duration");
  const seconds = duration === undefined ? null : duration / (readNumber(list, "timescale") || 1);
  for (const init of findChildren(list, "Initialization")) {
    add(readAttribute(init, "sourceURL") ?? "", { role: "init", durationSeconds: null });
  }
  for (const segment of findChildren(list, "SegmentURL")) {
    if (readAttribute(segment, "mediaRange") !== undefined) findings.report("mpd-unsupported", "a part of a file");
    add(readAttribute(segment, "media") ?? "", { role: "media", durationSeconds: seconds });
  }
}

/** Collects files: each once, each a plain name, and not too many. */
class MpdFiles {
  readonly list: MpdFile[] = [];
  readonly #uris = new Set<string>();
  readonly #findings: MpdFindings;
  readonly #isOwnName: IsOwnName | undefined;

  constructor(findings: MpdFindings, isOwnName?: IsOwnName) {
    this.#findings = findings;
    this.#isOwnName = isOwnName;
  }

  /** Whether more may follow. */
  add(file: MpdFile): boolean {
    const fault = file.uri === "" ? "no name" : findUriFault(file.uri, this.#isOwnName);
    if (fault !== null) this.#findings.report("mpd-uri-refused", fault);
    else if (this.list.length >= MAX_MPD_FILES) this.#findings.report("mpd-too-many-files", "more");
    else if (!this.#uris.has(file.uri)) {
      this.#uris.add(file.uri);
      this.list.push(file);
      return true;
    }
    return false;
  }
}
