/**
 * A strict reader of HLS media playlists (RFC 8216), as far as Agora writes them.
 *
 * Parsers for players forgive: they read an XML error body as an empty playlist, and a name cut in its middle as a name. This
 * one judges. It never throws, reports every fault with its line, and returns only URIs that are safe to look up: one plain
 * file name beside the playlist. A text that is not a playlist counts as not ended, because the playlist may still replace it.
 */
import { type ParsedPlaylist, unreadable } from "./types.ts";
import type { IsOwnName } from "./uri.ts";
import { trimSpaces } from "./spelling.ts";
import { type Line, MediaPlaylistParser } from "./parser.ts";
import { decodeUtf8 } from "../../lib/decode-utf8.ts";

/** A track of 30 days has 18.6 MiB where the channel's name has 40 characters. */
export const MAX_PLAYLIST_BYTES = 32 * 1024 * 1024;
const MAX_LINES = 400_000;
const CARRIAGE_RETURN = 13;

/** Parses a playlist's bytes. Never throws. */
export function parsePlaylist(bytes: Uint8Array, isOwnName?: IsOwnName): ParsedPlaylist {
  if (bytes.length === 0) return unreadable("an empty object");
  if (bytes.length > MAX_PLAYLIST_BYTES) return rejectTooLarge(bytes.length);

  const text = decodeUtf8(bytes);
  if (text === undefined) return unreadable("bytes that are not UTF-8");

  const hasMark = text.startsWith("\uFEFF");
  const begin = hasMark ? 1 : 0;
  const feed = text.indexOf("\n");
  const first = text.slice(begin, feed < 0 ? text.length : findContentEnd(text, feed));
  if (!first.startsWith("#EXTM3U") || trimSpaces(first) !== "#EXTM3U") return unreadable(describeOtherText(first));

  const parser = new MediaPlaylistParser(isOwnName);
  if (hasMark) parser.report("playlist-byte-order-mark", { line: 1, observed: "one" });
  if (feed >= 0) parser.parseLine(first, 1);
  return feed < 0 ? parser.finish(first, 1) : parseLines(text, { begin: feed + 1, parser });
}

/** Parses everything after the first line. */
function parseLines(text: string, { begin, parser }: { begin: number; parser: MediaPlaylistParser }): ParsedPlaylist {
  let at = begin;
  let number = 2;
  for (let feed = text.indexOf("\n", at); feed >= 0; feed = text.indexOf("\n", at)) {
    if (number > MAX_LINES) return unreadable(`more than ${MAX_LINES} lines`);
    const line: Line = { text, at, end: findContentEnd(text, feed), number };
    if (!parser.parseLineFast(line)) parser.parseLine(text.slice(at, line.end), number);
    at = feed + 1;
    number += 1;
  }
  // After the last line feed a whole text has nothing; anything else is a line that may have been cut.
  return parser.finish(text.slice(at), number);
}

/** A line may end with a carriage return before its line feed. */
function findContentEnd(text: string, feed: number): number {
  return text.charCodeAt(feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed;
}

/** The result for a playlist of more than `MAX_PLAYLIST_BYTES`, which need not be fetched. */
export function rejectTooLarge(sizeBytes: number): ParsedPlaylist {
  return unreadable(`${sizeBytes} bytes`);
}

/** Stores and proxies answer with an XML or HTML document instead of a playlist, and uploaders have saved such answers. */
function describeOtherText(line: string): string {
  return /^\s*</.test(line) ? "an XML or HTML document" : "a text that does not begin with #EXTM3U";
}
