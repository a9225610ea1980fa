/** Damages of a playlist's text, and of what it says of the files beside it. A listing and the playlists show them all. */
import { gzipSync } from "node:zlib";

import {
  add,
  all,
  copy,
  edit,
  ending,
  entry,
  ERROR_DOCUMENT,
  swapEntries,
  playlist,
  remove,
  removeAll,
  replace,
  segment,
  swap,
  twin,
} from "../recordings/changes.ts";
import { type Damage, FAILOVER, MIX, damagesFoundAs, USERS } from "./damage.ts";
import { SID } from "../recordings/sound-recording.ts";

export const wrongPlaylists: Damage[] = [
  ...damagesFoundAs({ check: "playlist-unreadable", level: "list", outcome: "incomplete" }, [
    ["playlist empty", MIX, replace(playlist(), () => "")],
    ["playlist an error document", MIX, replace(playlist(), () => ERROR_DOCUMENT)],
    ["playlist compressed", MIX, replace(playlist(), (bytes) => gzipSync(bytes))],
    ["playlist in UTF-16", MIX, replace(playlist(), (bytes) => Buffer.from(bytes.toString(), "utf16le"))],
    ["playlist without its first line", MIX, edit(playlist(), (text) => text.replace("#EXTM3U\n", ""))],
  ]),
  ...damagesFoundAs({ check: "playlist-truncated", level: "list", outcome: "incomplete" }, [
    [
      "playlist cut within a name",
      MIX,
      edit(playlist(), (text) => text.slice(0, text.indexOf(entry(text, 2).uri) + 20)),
    ],
    ["playlist cut within its end", MIX, edit(playlist(), (text) => text.slice(0, -5))],
  ]),
  ...damagesFoundAs({ check: "playlist-data-after-end", level: "list", outcome: "damaged" }, [
    ["playlist written twice into one object", MIX, edit(playlist(), (text) => text + text)],
  ]),
  ...damagesFoundAs({ check: "playlist-uri-duplicate", level: "list", outcome: "damaged" }, [
    ["playlist names a segment twice", MIX, edit(playlist(), (text) => text.replace(entry(text, 1).both, "$&$&"))],
  ]),
  ...damagesFoundAs({ check: "playlist-duration-missing", level: "list", outcome: "damaged" }, [
    [
      "playlist lacks a duration",
      MIX,
      edit(playlist(), (text) => text.replace(entry(text, 1).both, entry(text, 1).uri)),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-uri-missing", level: "list", outcome: "damaged" }, [
    ["playlist lacks a name", MIX, edit(playlist(), (text) => text.replace(entry(text, 1).uri, ""))],
  ]),
  ...damagesFoundAs({ check: "playlist-duration-invalid", level: "list", outcome: "damaged" }, [
    ["playlist with a negative duration", MIX, edit(playlist(), (text) => text.replace("#EXTINF:", "#EXTINF:-"))],
    [
      "playlist with a duration of years",
      MIX,
      edit(playlist(), (text) => text.replace("#EXTINF:", "#EXTINF:99999999")),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-without-segments", level: "list", outcome: "damaged" }, [
    [
      "playlist without segments",
      MIX,
      all(
        removeAll(ending(".ts")),
        replace(playlist(), () => "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-ENDLIST\n"),
      ),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-control-character", level: "list", outcome: "damaged" }, [
    ["playlist with a NUL", MIX, edit(playlist(), (text) => text.replace(".ts\n", ".ts\0\n"))],
  ]),
  ...damagesFoundAs({ check: "playlist-uri-refused", level: "list", outcome: "damaged" }, [
    [
      "playlist names a path above the prefix",
      MIX,
      edit(playlist(), (text) => text.replace(entry(text, 1).uri, "../other/segment.ts\n")),
    ],
    [
      "playlist names a URL",
      MIX,
      edit(playlist(), (text) => text.replace(entry(text, 1).uri, "https://example.com/a.ts\n")),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-byte-range", level: "list", outcome: "damaged" }, [
    [
      "playlist names parts of files",
      MIX,
      edit(playlist(), (text) => text.replace("#EXTINF", "#EXT-X-BYTERANGE:188@0\n#EXTINF")),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-beginning-missing", level: "list", outcome: "damaged" }, [
    [
      "playlist whose first segment was taken out, with its file",
      MIX,
      all(
        remove(segment(0)),
        edit(playlist(), (text) => text.replace(entry(text, 0).both, "").replace("SEQUENCE:0", "SEQUENCE:1")),
      ),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-map", level: "list", outcome: "damaged" }, [
    [
      "playlist names an initialization section",
      MIX,
      edit(playlist(), (text) => text.replace("#EXTINF", `#EXT-X-MAP:URI="init.mp4"\n#EXTINF`)),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-master", level: "list", outcome: "damaged" }, [
    [
      "playlist names other playlists",
      MIX,
      edit(playlist(), (text) => text.replace("#EXTINF", "#EXT-X-STREAM-INF:BANDWIDTH=1\n#EXTINF")),
    ],
  ]),
  ...damagesFoundAs({ check: "segment-foreign", level: "list", outcome: "damaged" }, [
    ["playlists of two users swapped", USERS, swap(playlist(0), playlist(2))],
    ["playlist of another user", USERS, copy(playlist(1), playlist(3))],
    ["playlist of the second server in the first one's place", FAILOVER, copy(playlist(1), playlist(0))],
    [
      "playlist names a foreign segment",
      MIX,
      all(
        add(() => `${SID}_intro.ts`, "x"),
        edit(playlist(), (text) => text.replace("#EXT-X-ENDLIST", `#EXTINF:1.0\n${SID}_intro.ts\n#EXT-X-ENDLIST`)),
      ),
    ],
  ]),
  ...damagesFoundAs({ check: "segment-names-order", level: "list", outcome: "damaged" }, [
    ["playlist with two segments exchanged", MIX, edit(playlist(), (text) => swapEntries(text, [1, 2]))],
  ]),
  ...damagesFoundAs({ check: "segment-orphan", level: "list", outcome: "damaged" }, [
    ["segment there twice, the second time unnamed", MIX, copy(segment(1), twin(1))],
    ["foreign segment under a name of ours", MIX, add(twin(-1), "not media")],
  ]),
];
