/** Damages by which something is not there: lost, empty, renamed, or of an earlier moment. A listing shows them all. */
import {
  all,
  copy,
  cutOut,
  earlier,
  edit,
  ending,
  mp4,
  playlist,
  remove,
  removeAll,
  rename,
  replace,
  resent,
  segment,
  snapshot,
  withoutEnd,
} from "../recordings/changes.ts";
import {
  type Damage,
  FAILOVER,
  FAILOVERS,
  LONG_MOVIES,
  MIX,
  MOVIES,
  NAMED,
  damagesFoundAs,
  SNAPSHOTS,
  USERS,
} from "./damage.ts";

export const missingFiles: Damage[] = [
  ...damagesFoundAs({ check: "segment-missing", level: "list", outcome: "incomplete" }, [
    ["first segment missing", MIX, remove(segment(0))],
    ["middle segment missing", MIX, remove(segment(1))],
    ["last segment missing", MIX, remove(segment(-1))],
    ["all segments missing", MIX, removeAll(ending(".ts"))],
    ["segment missing in web mode", { mode: "web", cname: "my room" }, remove(segment(2))],
    ["one user's video segment missing", USERS, remove(segment(1, 3))],
    ["segment of the failed server missing", FAILOVER, remove(segment(0, 0))],
    ["segment of the second server missing", FAILOVER, remove(segment(0, 1))],
    ["segment renamed", MIX, rename(segment(1), (name) => name.replace(/\d\.ts$/, "x.ts"))],
    ["segment in a directory of its own", MIX, rename(segment(1), (name) => `lost/${name}`)],
    ["segment in upper case", MIX, rename(segment(1), (name) => name.toUpperCase())],
    ["segment left as a temporary file", MIX, rename(segment(1), (name) => `${name}.tmp`)],
    [
      "playlist from the backup names a segment that never came",
      MIX,
      all(copy(playlist(), resent(0)), edit(playlist(), earlier(3)), remove(segment(-1))),
    ],
  ]),
  ...damagesFoundAs({ check: "segment-empty", level: "list", outcome: "incomplete" }, [
    ["segment empty", MIX, replace(segment(2), () => "")],
  ]),
  ...damagesFoundAs({ check: "playlist-missing", level: "list", outcome: "incomplete" }, [
    ["playlist missing", MIX, remove(playlist())],
    ["playlist missing of one user", USERS, remove(playlist(2))],
    ["playlist missing of the second server", FAILOVER, remove(playlist(1))],
    ["playlist renamed", MIX, rename(playlist(), (name) => `old-${name}`)],
  ]),
  ...damagesFoundAs({ check: "track-missing", level: "list", outcome: "incomplete" }, [
    ["one user missing", USERS, removeAll((name) => name.includes("_uid_s_456_"))],
  ]),
  ...damagesFoundAs({ check: "failover-set-missing", level: "list", outcome: "incomplete" }, [
    ["all files of the first server missing", FAILOVER, removeAll((name) => !name.startsWith("bak"))],
    ["all files of the second server missing, of three", FAILOVERS, removeAll((name) => name.startsWith("bak0_"))],
    [
      "all files of the first server missing, with MP4s",
      { ...MOVIES, failovers: 1 },
      removeAll((name) => !name.startsWith("bak")),
    ],
    [
      "all files of the first server missing, of users",
      { ...USERS, segments: 4, failovers: 1 },
      removeAll((name) => !name.startsWith("bak")),
    ],
  ]),
  ...damagesFoundAs({ check: "playlist-missing", level: "list", outcome: "incomplete" }, [
    [
      "all HLS of the second server missing, its MP4 there",
      { ...MOVIES, failovers: 1 },
      removeAll((name) => name.startsWith("bak") && !name.endsWith(".mp4")),
    ],
  ]),
  ...damagesFoundAs({ check: "mp4-missing", level: "list", outcome: "incomplete" }, [
    ["MP4 missing of one that was expected", { ...MOVIES, segments: 6 }, remove(mp4(0))],
    ["first of two MP4s missing", MOVIES, remove(mp4(0))],
    ["MP4 missing between two others", LONG_MOVIES, remove(mp4(1))],
  ]),
  ...damagesFoundAs({ check: "mp4-empty", level: "list", outcome: "incomplete" }, [
    ["MP4 empty", MOVIES, replace(mp4(1), () => "")],
  ]),
  ...damagesFoundAs({ check: "snapshot-missing", level: "list", outcome: "incomplete" }, [
    ["snapshots missing", SNAPSHOTS, removeAll(ending(".jpg"))],
  ]),
  ...damagesFoundAs({ check: "snapshot-empty", level: "list", outcome: "incomplete" }, [
    ["snapshot empty", SNAPSHOTS, replace(snapshot(1), () => "")],
  ]),
  ...damagesFoundAs({ check: "named-file-missing", level: "list", outcome: "incomplete" }, [
    ["MP4 missing that Agora named", NAMED, remove(mp4(0))],
  ]),
  ...damagesFoundAs({ check: "named-file-missing", level: "list", outcome: "lost" }, [
    ["everything missing that Agora named", NAMED, removeAll(() => true)],
  ]),
  ...damagesFoundAs({ check: "playlist-unfinished", level: "list", outcome: "incomplete" }, [
    ["playlist of an earlier moment", MIX, edit(playlist(), earlier(2))],
    ["playlist of an earlier moment, of the second server", FAILOVER, edit(playlist(1), withoutEnd)],
    ["playlist without its end, of one user", USERS, edit(playlist(3), withoutEnd)],
    [
      "playlist from the backup not finished",
      MIX,
      all(copy(playlist(), resent(0)), edit(resent(0), withoutEnd), edit(playlist(), earlier(3))),
    ],
  ]),
  ...damagesFoundAs({ check: "segment-orphan", level: "list", outcome: "damaged" }, [
    ["playlist ends before the last segment", MIX, edit(playlist(), (text) => cutOut(text, -1))],
    ["playlist skips a segment", MIX, edit(playlist(), (text) => cutOut(text, 1))],
  ]),
];
