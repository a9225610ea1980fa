/** What is known of a playlist while its lines go by. */
import { decimalAt, MAX_DURATION_SECONDS } from "./extinf.ts";
import type { ParsedPlaylist, PlaylistSegment } from "./types.ts";
import type { PlaylistCheck, PlaylistFault } from "./faults.ts";
import { CONTROL, MAX_NAME, PLAIN, PLAIN_CODES, uriFault } from "./uri.ts";
import { toMicroseconds } from "../../lib/seconds.ts";

/** A broken playlist is broken after this many faults; the rest would only fill the manifest. */
const MAX_FAULTS = 100;
/** Tags of RFC 8216 that change what a segment is: each would make "the file is there" prove less than it seems to. */
const UNSUPPORTED: Record<string, PlaylistCheck> = {
  "#EXT-X-BYTERANGE": "playlist-byte-range",
  "#EXT-X-MAP": "playlist-map",
  "#EXT-X-KEY": "playlist-key",
  "#EXT-X-STREAM-INF": "playlist-master",
};

/** Takes the lines of a playlist one after the other, and gives what they say. */
export class MediaPlaylistParser {
  readonly #segments: PlaylistSegment[] = [];
  #seconds = 0;
  readonly #faults: PlaylistFault[] = [];
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

  report(check: PlaylistCheck, line: number, observed: string): void {
    if (this.#faults.length < MAX_FAULTS) this.#faults.push({ check, line, observed });
  }

  /**
   * Takes one of the two lines of which nearly all of a playlist consists, an #EXTINF and a name that begins like the one
   * before it, and says whether it was one. It reads in place: that makes the reader three times as fast.
   */
  parseLineFast({ text, at, end }: { text: string; at: number; end: number }, number: number): boolean {
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

  parseLine(line: string, number: number): void {
    if (line === "") return;
    if (this.#ended && (!line.startsWith("#") || line.startsWith("#EXT"))) {
      this.report("playlist-data-after-end", number, "another line");
    }
    if (CONTROL.test(line)) {
      this.report("playlist-control-character", number, "one");
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
    if (rest === "#EXT-X-ENDLIST") this.parseLine(rest, number);
    else if (rest !== "" && this.#ended) this.parseLine(rest, number);
    else if (rest !== "") this.report("playlist-truncated", number, "a line without an end");
    else if (this.#pending !== null) this.report("playlist-uri-missing", number, "the end of the playlist");

    if (this.#targetDurationSeconds === null) this.report("playlist-target-duration", 1, "none that can be used");
    if (this.#ended && this.#segments.length === 0) this.report("playlist-without-segments", number, "none");
    return {
      ended: this.#ended,
      targetDurationSeconds: this.#targetDurationSeconds,
      segments: this.#segments,
      durationSeconds: toMicroseconds(this.#seconds),
      faults: this.#faults,
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
    this.report(check, number, "the tag");
  }

  #takeEnd(number: number): void {
    if (this.#pending !== null) this.report("playlist-uri-missing", number, "#EXT-X-ENDLIST");
    this.#pending = null;
    this.#ended = true;
  }

  /** Agora writes `#EXTINF:15.019000` without the comma of section 4.3.2.1 unless told otherwise; both are taken. */
  #takeDuration(value: string, number: number): void {
    if (this.#pending !== null) this.report("playlist-uri-missing", number, "another #EXTINF");
    const comma = value.indexOf(",");
    const decimal = comma < 0 ? value : value.slice(0, comma);
    const durationSeconds = /^\d{1,12}(\.\d*)?$/.test(decimal) ? Number(decimal) : Number.NaN;
    const usable = durationSeconds <= MAX_DURATION_SECONDS;
    if (!usable)
      this.report("playlist-duration-invalid", number, Number.isNaN(durationSeconds) ? "no such number" : "more");
    this.#pending = usable ? durationSeconds : 0;
  }

  #takeUri(uri: string, number: number, fault: string | null): void {
    const durationSeconds = this.#pending ?? 0;
    const discontinuity = this.#discontinuity;
    if (this.#pending === null) this.report("playlist-duration-missing", number, "a URI without one");
    this.#pending = null;
    this.#discontinuity = false;

    if (fault !== null) this.report("playlist-uri-refused", number, fault);
    else if (this.#isRepeated(uri)) this.report("playlist-uri-duplicate", number, "a segment named before");
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
