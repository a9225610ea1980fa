/**
 * A strict reader of playlists of playlists (RFC 8216, section 4.3.4), which Agora writes for a user whose sound and pictures
 * lie in two playlists (`streamMode: "standard"`). It never throws; every fault is a finding; each name is safe to look up: one
 * plain file name beside it. Such a playlist has no end tag: it is written once.
 */
import { parseAttributes } from "./attributes.ts";
import { MASTER_PLAYLIST_CHECKS, type MasterPlaylistCheck, type MasterPlaylistFinding } from "./master-findings.ts";
import { CONTROL, type IsOwnName, findUriFault } from "./uri.ts";
import { decodeUtf8 } from "../../lib/decode-utf8.ts";

/** A user has two tracks. */
const MAX_MASTER_BYTES = 1024 * 1024;
const MAX_LINES = 20_000;
const MAX_FINDINGS = 100;

export type NamedPlaylist = {
  /** As written; each at most once. */
  uri: string;
  /** As #EXT-X-MEDIA says; a variant (#EXT-X-STREAM-INF) may hold anything. */
  kind: "audio" | "video" | "other" | "variant";
};

export type ParsedMasterPlaylist = { playlists: NamedPlaylist[]; findings: MasterPlaylistFinding[] };

const KINDS: Record<string, NamedPlaylist["kind"]> = { AUDIO: "audio", VIDEO: "video" };

/** Whether a playlist's bytes are one of playlists: then it has one of the two tags at the beginning of a line. */
export function isMasterPlaylist(bytes: Uint8Array): boolean {
  const text = decodeUtf8(bytes.subarray(0, MAX_MASTER_BYTES));
  return text !== undefined && /^#EXT-X-(?:STREAM-INF|MEDIA):/m.test(text);
}

export function parseMasterPlaylist(bytes: Uint8Array, isOwnName?: IsOwnName): ParsedMasterPlaylist {
  const text = bytes.length > MAX_MASTER_BYTES ? undefined : decodeUtf8(bytes);
  const lines = text?.replace(/^\uFEFF/, "").split(/\r?\n/, MAX_LINES + 1) ?? [];
  const reader = new MasterReader(isOwnName);
  if (bytes.length === 0) reader.report("master-unreadable", 1, "an empty object");
  else if (text === undefined)
    reader.report("master-unreadable", 1, `${bytes.length} bytes that are too many or not UTF-8`);
  else if (lines.length > MAX_LINES) reader.report("master-unreadable", 1, `more than ${MAX_LINES} lines`);
  else if (lines[0] !== "#EXTM3U") reader.report("master-unreadable", 1, "a text that does not begin with #EXTM3U");
  else {
    if (text.startsWith("\uFEFF")) reader.report("master-byte-order-mark", 1, "one");
    reader.read(lines);
  }
  return { playlists: reader.playlists, findings: reader.findings };
}

class MasterReader {
  readonly playlists: NamedPlaylist[] = [];
  readonly findings: MasterPlaylistFinding[] = [];
  readonly #groups = new Set<string>();
  /** Groups that variants refer to, with the line. */
  readonly #wanted = new Map<string, number>();
  /** The line of the #EXT-X-STREAM-INF that waits for its URI. */
  #pending: number | null = null;

  readonly #isOwnName: IsOwnName | undefined;

  constructor(isOwnName?: IsOwnName) {
    this.#isOwnName = isOwnName;
  }

  report(check: MasterPlaylistCheck, line: number, observed: string): void {
    if (this.findings.length >= MAX_FINDINGS) return;
    this.findings.push({ check, ...MASTER_PLAYLIST_CHECKS[check], line, observed });
  }

  read(lines: string[]): void {
    for (const [index, line] of lines.entries()) {
      const number = index + 1;
      const isCut = number === lines.length && line !== "" && !isWholeLine(line);
      if (isCut) this.report("master-truncated", number, "a line without an end");
      else if (CONTROL.test(line)) this.report("master-control-character", number, "one");
      else if (line.startsWith("#")) this.#takeTag(line, number);
      else if (line !== "") this.#takeVariant(line, number);
    }
    if (this.#pending !== null) this.report("master-uri-missing", this.#pending, "none");
    for (const [group, line] of this.#wanted) {
      if (!this.#groups.has(group)) this.report("master-group-missing", line, "a group that is not there");
    }
    if (this.playlists.length === 0) this.report("master-without-playlists", lines.length, "none");
  }

  /** Unknown tags and comments are passed over: section 6.3.1. */
  #takeTag(line: string, number: number): void {
    const [tag = ""] = line.split(":", 1);
    if (tag === "#EXTINF") this.report("master-with-segments", number, "the tag");
    if (tag !== "#EXT-X-MEDIA" && tag !== "#EXT-X-STREAM-INF") return;
    const attributes = parseAttributes(line.slice(tag.length + 1));
    if (attributes === undefined) this.report("master-attributes", number, "none that can be read");
    else if (tag === "#EXT-X-MEDIA") this.#takeMedia(attributes, number);
    if (tag !== "#EXT-X-STREAM-INF") return;

    if (this.#pending !== null) this.report("master-uri-missing", this.#pending, "another tag");
    this.#pending = number;
    for (const type of Object.keys(KINDS)) {
      const group = attributes?.get(type);
      if (group !== undefined) this.#wanted.set(`${type} ${group}`, number);
    }
  }

  /** Section 4.3.4.1: without a URI the variant itself holds the track. */
  #takeMedia(attributes: ReadonlyMap<string, string>, number: number): void {
    const type = attributes.get("TYPE") ?? "";
    this.#groups.add(`${type} ${attributes.get("GROUP-ID")}`);
    const uri = attributes.get("URI");
    if (uri !== undefined) this.#name(uri, { kind: KINDS[type] ?? "other", number });
  }

  #takeVariant(uri: string, number: number): void {
    if (this.#pending === null) this.report("master-uri-unannounced", number, "a URI without one");
    this.#pending = null;
    this.#name(uri, { kind: "variant", number });
  }

  #name(uri: string, { kind, number }: { kind: NamedPlaylist["kind"]; number: number }): void {
    const fault = uri === "" ? "an empty name" : findUriFault(uri, this.#isOwnName);
    if (fault !== null) this.report("master-uri-refused", number, fault);
    else if (this.playlists.every((playlist) => playlist.uri !== uri)) this.playlists.push({ uri, kind });
  }
}

/** Whether a last line without a line feed can be the whole of it: a name that ends as one of a playlist. */
function isWholeLine(line: string): boolean {
  return !line.startsWith("#") && line.endsWith(".m3u8");
}
