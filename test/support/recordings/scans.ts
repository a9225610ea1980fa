/** Surveys written down as a listing: what a test finds in the bucket, without a bucket. */
import type { StoredObject } from "../../../src/bucket/bucket.ts";
import type { Expectation } from "../../../src/recording/types.ts";
import { parsePlaylistText } from "../../../src/inventory/playlists/playlist-content.ts";
import { recordingKeys } from "../../../src/recording/keys.ts";
import type { Scan } from "../../../src/inventory/scan.ts";

export const SID = "38f8e3cfdc474cd56fc1ceba380d7e1a";
/** The stem of the recording that `expectation()` expects. */
export const STEM = `a/${SID}_room`;

export function expectation(changes: Partial<Expectation> = {}): Expectation {
  return {
    sid: SID,
    cname: "room",
    mode: "mix",
    prefix: "a/",
    expect: ["hls"],
    uids: [],
    named: [],
    namedIsFinal: false,
    ...changes,
  };
}

/** A playlist's text: 15 s for each segment, ended by default. */
export function playlist(uris: string[], { ended = true } = {}): string {
  const lines = uris.flatMap((uri) => ["#EXTINF:15.000000", uri]);
  return ["#EXTM3U", "#EXT-X-TARGETDURATION:18", ...lines, ...(ended ? ["#EXT-X-ENDLIST"] : []), ""].join("\n");
}

/** Segment names of a stem that follow each other, 15 s long, without the directory. */
export function segmentNames(stem: string, count: number): string[] {
  const name = stem.slice(stem.lastIndexOf("/") + 1);
  return Array.from({ length: count }, (_, index) => {
    const utc = new Date(Date.UTC(2024, 1, 3, 5, 27, 51, 685) + index * 15_000).toISOString().replaceAll(/\D/g, "");
    return `${name}_${utc}.ts`;
  });
}

/** The scan of a bucket in which these objects lie: playlists by their text, everything else by its size. */
export function scanOf(objects: Record<string, string | number>, changes: Partial<Expectation> = {}): Scan {
  const keys = recordingKeys(expectation(changes));
  const found = Object.entries(objects)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, content]) => ({ object: stored(key, content), content }));
  return {
    objects: found.map(({ object }) => object),
    playlists: found.flatMap(({ object, content }) => {
      const name = keys.parseKey(object.key)?.file;
      if (typeof content !== "string" || name === undefined) return [];
      const text = parsePlaylistText(Buffer.from(content), { name, isOwnName: keys.isOwnName });
      return [{ ...object, sha256: "00", content: text }];
    }),
    unlisted: "nothing",
    storeTime: "2024-02-03T06:00:00.000Z",
  };
}

/** Segments of a stem, 188 bytes each. */
export function segments(stem: string, count: number): Record<string, number> {
  const directory = stem.slice(0, stem.lastIndexOf("/") + 1);
  return Object.fromEntries(segmentNames(stem, count).map((name) => [directory + name, 188]));
}

/** A track that is complete. */
export function track(stem: string, count = 2): Record<string, string | number> {
  return { [`${stem}.m3u8`]: playlist(segmentNames(stem, count)), ...segments(stem, count) };
}

function stored(key: string, content: string | number): StoredObject {
  const sizeBytes = typeof content === "string" ? Buffer.byteLength(content) : content;
  return { key, sizeBytes, etag: "e", lastModified: "2024-02-03T05:59:00.000Z" };
}
