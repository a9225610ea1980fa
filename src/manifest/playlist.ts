/**
 * A strict reader of HLS media playlists (RFC 8216), as far as Agora writes them.
 *
 * Parsers made for players forgive: they take an XML error body for an empty playlist, and a name cut in the middle
 * for a name. This one is made to judge. It never throws, it reports every fault as a finding with its line, and what
 * it returns as a segment's URI is safe to look up: one plain file name beside the playlist.
 * A text that is no playlist at all counts as not ended, because the playlist may still come to replace it.
 */

type PlaylistCheck = keyof typeof PLAYLIST_CHECKS;

export type PlaylistFinding = {
  check: PlaylistCheck;
  severity: "error" | "warning";
  /** Counted from 1. */
  line: number;
  expected: string;
  /** In our own words: no text of the playlist stands in it. */
  observed: string;
};

export type PlaylistSegment = {
  /** As written; each at most once. */
  uri: string;
  /** 0 where the playlist gives no usable duration. */
  durationSeconds: number;
  /** Whether the playlist announces an interruption before it. */
  discontinuity: boolean;
};

export type ParsedPlaylist = {
  ended: boolean;
  targetDurationSeconds: number | null;
  segments: PlaylistSegment[];
  durationSeconds: number;
  findings: PlaylistFinding[];
};

/** About 100 000 segments: more than two weeks of one track. */
export const MAX_PLAYLIST_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 400_000;
/** A broken playlist is broken after this many faults; the rest would only fill the manifest. */
const MAX_FINDINGS = 100;
/** Agora does not force a cut in VP9, so a segment may be long; but no longer than a day. */
const MAX_DURATION_SECONDS = 24 * 60 * 60;

export const PLAYLIST_CHECKS = {
  /** Not a playlist that can be read: empty, too large, not UTF-8, or another kind of document. */
  "playlist-unreadable": { severity: "error", expected: "an HLS media playlist in UTF-8" },
  /** RFC 8216, section 4.1: clients should fail on a byte order mark. Real players do not. */
  "playlist-byte-order-mark": { severity: "warning", expected: "no byte order mark" },
  /** The text stops within a line. */
  "playlist-truncated": { severity: "error", expected: "a line feed or #EXT-X-ENDLIST at the end" },
  /** Section 4.1. */
  "playlist-control-character": { severity: "error", expected: "no control characters" },
  /** Section 4.3.3.1. */
  "playlist-target-duration": { severity: "warning", expected: "one #EXT-X-TARGETDURATION in whole seconds" },
  /** Section 4.3.2.1. */
  "playlist-duration-invalid": {
    severity: "error",
    expected: "#EXTINF with a decimal number of seconds, at most a day",
  },
  /** Section 4.3.2.1: #EXTINF is required for each segment, */
  "playlist-duration-missing": { severity: "error", expected: "#EXTINF before each URI" },
  /** and applies to the next URI only. */
  "playlist-uri-missing": { severity: "error", expected: "a URI after each #EXTINF" },
  "playlist-uri-duplicate": { severity: "error", expected: "each segment once" },
  /** Agora writes plain file names; anything else could point out of the recording. */
  "playlist-uri-refused": { severity: "error", expected: "the plain name of a file beside the playlist" },
  /** Section 4.3.3.4 lets the tag stand anywhere; Agora writes it last, so whatever follows was not meant to. */
  "playlist-data-after-end": { severity: "error", expected: "nothing after #EXT-X-ENDLIST" },
  "playlist-without-segments": { severity: "error", expected: "at least one segment before #EXT-X-ENDLIST" },
  "playlist-byte-range": { severity: "error", expected: "whole files as segments, no #EXT-X-BYTERANGE" },
  "playlist-map": { severity: "error", expected: "self-contained segments, no #EXT-X-MAP" },
  "playlist-key": { severity: "warning", expected: "segments that need no key, no #EXT-X-KEY" },
  "playlist-master": { severity: "error", expected: "a media playlist, no #EXT-X-STREAM-INF" },
} as const satisfies Record<string, { severity: "error" | "warning"; expected: string }>;

/** Tags of RFC 8216 that change what a segment is: each would make "the file is there" prove less than it seems to. */
const UNSUPPORTED: Record<string, PlaylistCheck> = {
  "#EXT-X-BYTERANGE": "playlist-byte-range",
  "#EXT-X-MAP": "playlist-map",
  "#EXT-X-KEY": "playlist-key",
  "#EXT-X-STREAM-INF": "playlist-master",
};

/** Reads a playlist's bytes. Never throws. */
export function parsePlaylist(bytes: Uint8Array): ParsedPlaylist {
  if (bytes.length === 0) return unreadable("an empty object");
  if (bytes.length > MAX_PLAYLIST_BYTES) return tooLarge(bytes.length);

  const text = decode(bytes);
  if (text === undefined) return unreadable("bytes that are not UTF-8");

  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  if (lines.length > MAX_LINES) return unreadable(`${lines.length} lines`);
  if (lines[0] !== "#EXTM3U") return unreadable(firstLine(lines[0] ?? ""));

  const reading = new Reading();
  if (text.startsWith("\uFEFF")) reading.find("playlist-byte-order-mark", 1, "one");
  // The part behind the last line feed: empty in a whole text, else a line that may have been cut.
  const rest = lines.pop() ?? "";
  lines.forEach((line, index) => reading.take(line, index + 1));
  return reading.finish(rest, lines.length + 1);
}

/** What `parsePlaylist` says of more than `MAX_PLAYLIST_BYTES`, for a playlist that was not even fetched. */
export function tooLarge(sizeBytes: number): ParsedPlaylist {
  return unreadable(`${sizeBytes} bytes`);
}

/** What is known so far while the lines go by. */
class Reading {
  readonly #segments: PlaylistSegment[] = [];
  readonly #findings: PlaylistFinding[] = [];
  readonly #uris = new Set<string>();
  readonly #unsupported = new Set<string>();
  /** The #EXTINF that waits for its URI. */
  #pending: { durationSeconds: number } | null = null;
  #discontinuity = false;
  #targetDurationSeconds: number | null = null;
  #ended = false;

  find(check: PlaylistCheck, line: number, observed: string): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ check, ...PLAYLIST_CHECKS[check], line, observed });
  }

  take(line: string, number: number): void {
    if (line === "") return;
    if (this.#ended && (!line.startsWith("#") || line.startsWith("#EXT"))) {
      this.find("playlist-data-after-end", number, "another line");
    }
    if (CONTROL.test(line)) {
      this.find("playlist-control-character", number, "one");
      this.#pending = null;
    } else if (line.startsWith("#")) {
      this.#takeTag(line, number);
    } else {
      this.#takeUri(line, number);
    }
  }

  /** `rest` is the text behind the last line feed. */
  finish(rest: string, number: number): ParsedPlaylist {
    if (rest === "#EXT-X-ENDLIST") this.take(rest, number);
    else if (rest !== "" && this.#ended) this.take(rest, number);
    else if (rest !== "") this.find("playlist-truncated", number, "a line without an end");
    else if (this.#pending !== null) this.find("playlist-uri-missing", number, "the end of the playlist");

    if (this.#targetDurationSeconds === null) this.find("playlist-target-duration", 1, "none that can be used");
    if (this.#ended && this.#segments.length === 0) this.find("playlist-without-segments", number, "none");
    return {
      ended: this.#ended,
      targetDurationSeconds: this.#targetDurationSeconds,
      segments: this.#segments,
      durationSeconds: sumSeconds(this.#segments.map(({ durationSeconds }) => durationSeconds)),
      findings: this.#findings,
    };
  }

  /** Section 4.1 and 6.3.1: unknown tags and comments are passed over, so are Agora's own (#EXT-X-AGORA-TRACK-EVENT, -ROTATE). */
  #takeTag(line: string, number: number): void {
    const colon = line.indexOf(":");
    const [tag, value] = colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1)];
    if (tag === "#EXTINF") this.#takeDuration(value, number);
    else if (tag === "#EXT-X-DISCONTINUITY") this.#discontinuity = true;
    else if (tag === "#EXT-X-ENDLIST") this.#takeEnd(number);
    else if (tag === "#EXT-X-TARGETDURATION" && /^\d{1,6}$/.test(value)) this.#targetDurationSeconds = Number(value);
    else if (tag !== "#EXT-X-KEY" || value !== "METHOD=NONE") this.#refuseTag(tag, number);
  }

  #refuseTag(tag: string, number: number): void {
    const check = UNSUPPORTED[tag];
    if (check === undefined || this.#unsupported.has(tag)) return;
    this.#unsupported.add(tag);
    this.find(check, number, "the tag");
  }

  #takeEnd(number: number): void {
    if (this.#pending !== null) this.find("playlist-uri-missing", number, "#EXT-X-ENDLIST");
    this.#pending = null;
    this.#ended = true;
  }

  /** Agora writes `#EXTINF:15.019000` without the comma of section 4.3.2.1 unless told otherwise; both are taken. */
  #takeDuration(value: string, number: number): void {
    if (this.#pending !== null) this.find("playlist-uri-missing", number, "another #EXTINF");
    const comma = value.indexOf(",");
    const decimal = comma < 0 ? value : value.slice(0, comma);
    const durationSeconds = /^\d{1,12}(\.\d*)?$/.test(decimal) ? Number(decimal) : Number.NaN;
    const usable = durationSeconds <= MAX_DURATION_SECONDS;
    if (!usable)
      this.find("playlist-duration-invalid", number, Number.isNaN(durationSeconds) ? "no such number" : "more");
    this.#pending = { durationSeconds: usable ? durationSeconds : 0 };
  }

  #takeUri(uri: string, number: number): void {
    const { durationSeconds } = this.#pending ?? { durationSeconds: 0 };
    const discontinuity = this.#discontinuity;
    if (this.#pending === null) this.find("playlist-duration-missing", number, "a URI without one");
    this.#pending = null;
    this.#discontinuity = false;

    const fault = uriFault(uri);
    if (fault !== null) this.find("playlist-uri-refused", number, fault);
    else if (this.#uris.has(uri)) this.find("playlist-uri-duplicate", number, "a segment named before");
    else this.#segments.push({ uri, durationSeconds, discontinuity });
    this.#uris.add(uri);
  }
}

/** Adds seconds up without the dust of binary fractions: to the microsecond, as Agora gives them. */
export function sumSeconds(seconds: number[]): number {
  return Math.round(seconds.reduce((sum, each) => sum + each, 0) * 1e6) / 1e6;
}

/** The file name that a URI stands for once its percent-encoding is undone (RFC 3986, section 2.1). */
export function decodeUri(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri; // A `%` that encodes nothing stands for itself.
  }
}

// oxlint-disable-next-line no-control-regex -- control characters are what it finds
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Why a URI is not looked up, or `null`. What is dangerous plainly is so percent-encoded as well. */
function uriFault(uri: string): string | null {
  const name = decodeUri(uri);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri) || uri.startsWith("//")) return "an absolute URL";
  if (/[/\\]/.test(uri) || /[/\\]/.test(name) || name === "." || name === "..") return "a path";
  if (/[?#]/.test(uri)) return "a query or a fragment";
  if (CONTROL.test(name)) return "an encoded control character";
  if (uri.length > 1024) return "a name longer than an object key can be";
  return null;
}

function unreadable(observed: string): ParsedPlaylist {
  return {
    ended: false,
    targetDurationSeconds: null,
    segments: [],
    durationSeconds: 0,
    findings: [{ check: "playlist-unreadable", ...PLAYLIST_CHECKS["playlist-unreadable"], line: 1, observed }],
  };
}

/** Stores and proxies answer with such documents where a playlist should be, and uploaders have saved them as one. */
function firstLine(line: string): string {
  return /^\s*</.test(line) ? "an XML or HTML document" : "a text that does not begin with #EXTM3U";
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
