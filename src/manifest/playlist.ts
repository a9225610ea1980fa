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

  const hasMark = text.startsWith("\uFEFF");
  const begin = hasMark ? 1 : 0;
  const feed = text.indexOf("\n");
  const first = text.slice(begin, feed < 0 ? text.length : contentEnd(text, feed));
  if (first !== "#EXTM3U") return unreadable(firstLine(first));

  const reading = new Reading();
  if (hasMark) reading.find("playlist-byte-order-mark", 1, "one");
  return feed < 0 ? reading.finish(first, 1) : readLines(text.slice(feed + 1), reading);
}

/** Reads everything behind the first line. */
function readLines(text: string, reading: Reading): ParsedPlaylist {
  let at = 0;
  let number = 2;
  for (let feed = text.indexOf("\n"); feed >= 0; feed = text.indexOf("\n", at)) {
    if (number > MAX_LINES) return unreadable(`more than ${MAX_LINES} lines`);
    const line = { text, at, end: contentEnd(text, feed) };
    if (!reading.takeUsual(line, number)) reading.take(text.slice(at, line.end), number);
    at = feed + 1;
    number += 1;
  }
  // The part behind the last line feed: empty in a whole text, else a line that may have been cut.
  return reading.finish(text.slice(at), number);
}

/** A line may end with a carriage return before its line feed. */
function contentEnd(text: string, feed: number): number {
  return text.charCodeAt(feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed;
}

/** What `parsePlaylist` says of more than `MAX_PLAYLIST_BYTES`, for a playlist that was not even fetched. */
export function tooLarge(sizeBytes: number): ParsedPlaylist {
  return unreadable(`${sizeBytes} bytes`);
}

/** What is known so far while the lines go by. */
class Reading {
  readonly #segments: PlaylistSegment[] = [];
  #seconds = 0;
  readonly #findings: PlaylistFinding[] = [];
  /** What the last plain name has before its time. */
  #stem = "";
  /** The last of the URIs in the order of the alphabet, which is the order of time: what follows it is new. */
  #greatest = "";
  /** All URIs, once one did not follow. */
  #uris: Set<string> | null = null;
  readonly #unsupported = new Set<string>();
  /** The #EXTINF that waits for its URI. */
  #pending: number | null = null;
  #discontinuity = false;
  #targetDurationSeconds: number | null = null;
  #ended = false;

  find(check: PlaylistCheck, line: number, observed: string): void {
    if (this.#findings.length < MAX_FINDINGS) this.#findings.push({ check, ...PLAYLIST_CHECKS[check], line, observed });
  }

  /**
   * Takes one of the two lines of which nearly all of a playlist consists, an #EXTINF and a name that begins like the one
   * before it, and says whether it was one. It reads in place: that makes the reader three times as fast.
   */
  takeUsual({ text, at, end }: { text: string; at: number; end: number }, number: number): boolean {
    if (this.#ended || end - at > MAX_NAME) return false;
    if (this.#pending === null) {
      const decimal = text.slice(at, at + 8) === "#EXTINF:" ? decimalAt(text, at + 8, end) : undefined;
      if (decimal === undefined) return false;
      this.#pending = decimal;
      return true;
    }
    const { length } = this.#stem;
    // Two short strings are compared far faster than startsWith() looks into a long one.
    if (length === 0 || text.slice(at, at + length) !== this.#stem) return false;
    for (let index = at + length; index < end; index += 1) {
      if (PLAIN_CODES[text.charCodeAt(index)] !== 1) return false;
    }
    this.#takeUri(text.slice(at, end), number, null);
    return true;
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
      this.#takeUri(line, number, uriFault(line));
      this.#stem = PLAIN.exec(line)?.[1] ?? "";
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
      durationSeconds: toMicroseconds(this.#seconds),
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
    this.#pending = usable ? durationSeconds : 0;
  }

  #takeUri(uri: string, number: number, fault: string | null): void {
    const durationSeconds = this.#pending ?? 0;
    const discontinuity = this.#discontinuity;
    if (this.#pending === null) this.find("playlist-duration-missing", number, "a URI without one");
    this.#pending = null;
    this.#discontinuity = false;

    if (fault !== null) this.find("playlist-uri-refused", number, fault);
    else if (this.#isRepeated(uri)) this.find("playlist-uri-duplicate", number, "a segment named before");
    else {
      this.#segments.push({ uri, durationSeconds, discontinuity });
      this.#seconds += durationSeconds;
    }
  }

  /** Remembers a URI. Agora's names grow with time, so that hardly ever all of them must be kept and looked up. */
  #isRepeated(uri: string): boolean {
    if (this.#uris === null && uri > this.#greatest) {
      this.#greatest = uri;
      return false;
    }
    this.#uris ??= new Set(this.#segments.map((segment) => segment.uri));
    if (this.#uris.has(uri)) return true;
    this.#uris.add(uri);
    return false;
  }
}

/** Adds seconds up without the dust of binary fractions: to the microsecond, as Agora gives them. */
export function sumSeconds(seconds: number[]): number {
  return toMicroseconds(seconds.reduce((sum, each) => sum + each, 0));
}

function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

/** The file name that a URI stands for once its percent-encoding is undone (RFC 3986, section 2.1). */
export function decodeUri(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri; // A `%` that encodes nothing stands for itself.
  }
}

const CARRIAGE_RETURN = 13;
/** As long as an object key can be. */
const MAX_NAME = 1024;

/** Names in which nothing can hide: no encoding, no path, no scheme, no tag. The group is what stands before the time. */
const PLAIN = /^(\w[\w.-]*_)[\w.-]*$/;
const PLAIN_CODES = Uint8Array.from({ length: 128 }, (_, code) => (/[\w.-]/.test(String.fromCharCode(code)) ? 1 : 0));

const [ZERO, POINT, COMMA] = [48, 46, 44];

/** The number in a usual #EXTINF: up to fifteen digits, which a double holds exactly, and perhaps a comma. */
function decimalAt(text: string, begin: number, end: number): number | undefined {
  let digits = 0;
  let point = end;
  let count = 0;
  const last = text.charCodeAt(end - 1) === COMMA ? end - 1 : end;
  for (let index = begin; index < last; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
      count += 1;
    } else if (digit === POINT - ZERO && point === end && count > 0) point = index + 1;
    else return undefined;
  }
  if (count === 0 || count > 15) return undefined;
  const seconds = point === end ? digits : digits / 10 ** (last - point);
  return seconds <= MAX_DURATION_SECONDS ? seconds : undefined;
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
  if (uri.length > MAX_NAME) return "a name longer than an object key can be";
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
