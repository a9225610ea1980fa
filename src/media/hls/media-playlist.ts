/**
 * A strict reader of HLS media playlists (RFC 8216), as far as Agora writes them.
 *
 * Parsers made for players forgive: they take an XML error body for an empty playlist, and a name cut in the middle
 * for a name. This one is made to judge. It never throws, it reports every fault as a finding with its line, and what
 * it returns as a segment's URI is safe to look up: one plain file name beside the playlist.
 * A text that is no playlist at all counts as not ended, because the playlist may still come to replace it.
 */
import { type ParsedPlaylist, unreadable } from "./types.ts";
import { MediaPlaylistParser } from "./parser.ts";

/** About 100 000 segments: more than two weeks of one track. */
export const MAX_PLAYLIST_BYTES = 16 * 1024 * 1024;
const MAX_LINES = 400_000;
const CARRIAGE_RETURN = 13;

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

  const reading = new MediaPlaylistParser();
  if (hasMark) reading.report("playlist-byte-order-mark", 1, "one");
  return feed < 0 ? reading.finish(first, 1) : readLines(text, { begin: feed + 1, reading });
}

/** Reads everything behind the first line. */
function readLines(text: string, { begin, reading }: { begin: number; reading: MediaPlaylistParser }): ParsedPlaylist {
  let at = begin;
  let number = 2;
  for (let feed = text.indexOf("\n", at); feed >= 0; feed = text.indexOf("\n", at)) {
    if (number > MAX_LINES) return unreadable(`more than ${MAX_LINES} lines`);
    const line = { text, at, end: contentEnd(text, feed) };
    if (!reading.parseLineFast(line, number)) reading.parseLine(text.slice(at, line.end), number);
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
