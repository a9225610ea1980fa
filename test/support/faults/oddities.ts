/** Recordings that are good although they look odd: none may raise an alarm at any level. */
import { segmentStartMs } from "../../../src/agora/names/file-names.ts";
import { formatUtc } from "../../../src/emulator/recording/layout.ts";
import { retimeTransportStream } from "../recordings/retime.ts";
import {
  add,
  all,
  type Change,
  copy,
  earlier,
  edit,
  entry,
  playlist,
  remove,
  rename,
  replace,
  resent,
  segment,
} from "../recordings/changes.ts";
import { SID, type RecordingOptions } from "../recordings/sound-recording.ts";
import { buildWebm } from "../recordings/webm.ts";

/** `warnings` are documented; level `hash` gives them all. */
export type Oddity = { name: string; recording: RecordingOptions; change?: Change; warnings: string[] };

const HOUR_MS = 3_600_000;
const NEW_YEAR = Date.UTC(2024, 0, 1);

export const oddities: readonly Oddity[] = [
  ...odditiesWith(
    [],
    [
      ["a mix", {}],
      ["a mix with an MP4", { files: ["hls", "mp4"], segments: 6 }],
      ["a mix with two MP4s", { files: ["hls", "mp4"], segments: 12 }],
      ["a mix of one segment", { segments: 1 }],
      ["web mode with a hyphen for what is special in the channel", { mode: "web", cname: "my room, #1" }],
      ["web mode with MP4s", { mode: "web", files: ["hls", "mp4"], segments: 12 }],
      ["web mode in WebM", { mode: "web" }, renameToWebm],
      ["two users", { mode: "individual", segments: 3 }],
      [
        "users whom Agora named",
        {
          mode: "individual",
          segments: 2,
          users: ["7"],
          expects: { uids: [], namedIsFinal: true, named: [{ name: `${SID}_room__uid_s_7__uid_e_audio.m3u8` }] },
        },
      ],
      ["a user who only spoke", { mode: "individual", segments: 3, users: ["7"] }, removeVideo],
      ["a user's name that looks like a file's", { mode: "individual", segments: 2, users: ["a__uid_e_video", "b_0"] }],
      ["a recording with snapshots", { mode: "individual", files: ["hls", "snapshots"], segments: 3, users: ["7"] }],
      ["snapshots only", { mode: "individual", files: ["snapshots"], segments: 3 }],
      ["a channel with underscores and digits", { cname: "room_20240101000000000_0" }],
      ["a channel of special characters", { cname: " !#$%&()+-:;<=.>?@[]^_{}|~," }, encodeUris],
      ["a channel in other letters", { cname: "räum 会议" }],
      ["an upper-case sid", { sid: SID.toUpperCase() }],
      ["a deep prefix", { directory: "d/".repeat(30) }],
      ["a prefix of odd letters", { directory: "a b/+ü/'(1)*/" }],
      ["another recording beside it", {}, add(() => `${SID.replace("3", "4")}_room.m3u8`, "#EXTM3U\n")],
      ["a recording whose sid begins like this one", {}, add(() => `${SID}ff_room.m3u8`, "#EXTM3U\n")],
      [
        "files of our own beside it",
        {},
        all(
          add(() => `${SID}.run.manifest.json`, "{}"),
          add(() => `${SID}.run.manifest.segments.jsonl`, "{}"),
        ),
      ],
      [
        "foreign files that begin like ours",
        {},
        all(
          add(() => `${SID}_room_notes.txt`, "notes"),
          add(() => `bak1_${SID}_`, ""),
        ),
      ],
      ["the same sid with another channel", {}, add(() => `${SID}_room2.m3u8`, "#EXTM3U\n")],
      ["files named with the prefix", { expects: { named: [{ name: `{prefix}${SID}_room.m3u8` }] } }],
      [
        "files named twice, with and without it",
        { expects: { named: [{ name: `{prefix}${SID}_room.m3u8` }, { name: `${SID}_room.m3u8` }] } },
      ],
      ["files named by another id than the sid", { expects: { named: [{ name: `432ef_room.m3u8` }] } }, renameSid],
      ["a playlist from the backup", {}, all(copy(playlist(), resent(0)), edit(playlist(), earlier(2)))],
      [
        "three playlists from the backup, each longer",
        {},
        all(
          copy(playlist(), resent(2)),
          copy(playlist(), resent(0)),
          edit(resent(0), earlier(1)),
          copy(playlist(), resent(1)),
          edit(resent(1), earlier(2)),
          edit(playlist(), earlier(1)),
        ),
      ],
      ["a playlist from the backup alone", {}, all(copy(playlist(), resent(3)), remove(playlist()))],
      [
        "a playlist from the backup older than the plain one",
        {},
        all(copy(playlist(), resent(0)), edit(resent(0), earlier(1))),
      ],
      [
        "playlists of one index from two servers of the backup",
        {},
        all(
          copy(playlist(), resent(1, "900")),
          edit(resent(1, "900"), earlier(1)),
          copy(playlist(), resent(1, "1000")),
          remove(playlist()),
        ),
      ],
      ["#EXTINF with a comma", { extinfComma: true }],
      ["line ends of Windows", {}, edit(playlist(), (text) => text.replaceAll("\n", "\r\n"))],
      ["no line end behind the last line", {}, edit(playlist(), (text) => text.trimEnd())],
      [
        "comments and tags that nobody knows",
        {},
        edit(playlist(), (text) => text.replaceAll("#EXTINF", "# a comment\n\n#EXT-X-LATER:1\n#EXTINF")),
      ],
      [
        "no encryption, said aloud",
        {},
        edit(playlist(), (text) => text.replace("#EXTINF", "#EXT-X-KEY:METHOD=NONE\n#EXTINF")),
      ],
      ["names percent-encoded", { cname: "my room" }, encodeUris],
      ["a pause that is announced", {}, addPause("#EXT-X-DISCONTINUITY\n")],
      ["segments of 15 s", { segmentSeconds: 15.36, segments: 20 }],
      ["a new year at midnight", { startedMs: NEW_YEAR - 3000 }],
      ["a leap day", { segmentSeconds: 300, startedMs: Date.UTC(2024, 1, 29, 23, 50) }],
      ["time stamps that begin anew after 26 hours", { segmentSeconds: 15.36, startSeconds: 2 ** 33 / 90_000 - 20 }],
      [
        "24 h of a mix with its MP4s",
        { segments: 288, segmentSeconds: 300, files: ["hls", "mp4"], startedMs: NEW_YEAR - 20 * HOUR_MS },
      ],
      [
        "24 h of three users",
        { mode: "individual", segments: 72, segmentSeconds: 1200, users: ["1", "2", "3"], startedMs: NEW_YEAR },
      ],
    ],
  ),
  ...odditiesWith(
    ["file-set-not-reported"],
    [["users of whom nobody told", { mode: "individual", segments: 3, expects: { uids: [] } }]],
  ),
  ...odditiesWith(
    ["cut-by-failover"],
    [
      ["a failover", { segments: 6, failovers: 1 }],
      ["three failovers", { segments: 8, failovers: 3 }],
      ["a failover with MP4s", { segments: 12, failovers: 1, files: ["hls", "mp4"] }],
      ["a failover of users", { mode: "individual", segments: 4, failovers: 1 }],
    ],
  ),
  ...odditiesWith(
    ["cut-by-failover", "segment-after-failover"],
    [
      [
        "a segment that the failed server did not come to name",
        { segments: 6, failovers: 1 },
        edit(playlist(0), (text) => text.replace(entry(text, -1).both, "")),
      ],
    ],
  ),
  ...odditiesWith(
    ["playlist-byte-order-mark"],
    [["a byte order mark", {}, edit(playlist(), (text) => `\uFEFF${text}`)]],
  ),
  ...odditiesWith(
    ["playlist-spelling"],
    [
      ["spaces behind each line", {}, edit(playlist(), (text) => text.replaceAll("\n", " \n"))],
      ["the end twice", {}, edit(playlist(), (text) => `${text}#EXT-X-ENDLIST\r`)],
    ],
  ),
  ...odditiesWith(
    ["playlist-gap"],
    [["a gap that is none", {}, edit(playlist(), (text) => text.replace("#EXTINF", "#EXT-X-GAP\n#EXTINF"))]],
  ),
  ...odditiesWith(
    ["segment-too-long"],
    [
      [
        "a target duration that a segment exceeds",
        { segmentSeconds: 15.36 },
        edit(playlist(), (text) => text.replace("TION:16", "TION:10")),
      ],
    ],
  ),
  ...odditiesWith(
    ["segment-gap"],
    [
      ["a pause that is not", {}, addPause("")],
      ["a pause of 14 hours, behind which time stamps seem to step back", { segmentSeconds: 15.36 }, addLongPause],
    ],
  ),
  ...odditiesWith(
    ["media-repeated"],
    [
      ["two users with the same pictures", { mode: "individual", segments: 3, users: ["1", "2"] }, copyPictures],
      ["silence that begins anew with each segment", { segments: 4 }, repeatFirst],
    ],
  ),
  ...odditiesWith(
    ["cut-by-failover", "media-repeated"],
    [
      [
        "a second server with the media of the first",
        { segments: 2, failovers: 1 },
        copy(segment(0, 0), segment(0, 1)),
      ],
    ],
  ),
  ...odditiesWith(
    ["segment-stream-missing"],
    [
      [
        "a last segment of some milliseconds without media",
        {},
        all(
          edit(playlist(), (text) => text.replace(entry(text, -1).both, `#EXTINF:0.040000\n${entry(text, -1).uri}`)),
          replace(segment(-1), (bytes) => bytes.subarray(0, 188 * 3)),
        ),
      ],
    ],
  ),
];

/** A recorder that was given VP8 writes WebM, of which the emulator has none. */
function renameToWebm({ objects, stems }: Parameters<Change>[0]): void {
  for (const [index, name] of [...objects.keys()].filter((each) => each.endsWith(".ts")).entries()) {
    objects.delete(name);
    objects.set(name.replace(/ts$/, "webm"), buildWebm({ seconds: 2, index }));
  }
  const text = Buffer.from(objects.get(`${stems[0]}.m3u8`) ?? "").toString();
  objects.set(`${stems[0]}.m3u8`, Buffer.from(text.replaceAll(".ts\n", ".webm\n")));
}

function removeVideo({ objects }: Parameters<Change>[0]): void {
  for (const name of [...objects.keys()].filter((each) => each.includes("_e_video"))) objects.delete(name);
}

function encodeUris(stored: Parameters<Change>[0]): void {
  edit(playlist(), (text) => text.replaceAll(/^[^#\n].*$/gm, encodeURIComponent))(stored);
}

/** All files begin with another id, and Agora has named the playlist. */
function renameSid(stored: Parameters<Change>[0]): void {
  const names = [...stored.objects];
  stored.objects.clear();
  for (const [name, bytes] of names) {
    const content = name.endsWith(".m3u8")
      ? Buffer.from(Buffer.from(bytes).toString().replaceAll(SID, "432ef"))
      : bytes;
    stored.objects.set(name.replace(SID, "432ef"), content);
  }
}

/** A minute between the second and the third segment. */
function addPause(tag: string): Change {
  return (stored) => {
    for (const index of [3, 2]) {
      const name = segment(index)(stored);
      const moved = name.replace(/\d{17}/, (utc) => String(BigInt(utc) + 100_000n));
      rename(
        () => name,
        () => moved,
      )(stored);
      edit(playlist(), (text) => text.replace(name, moved))(stored);
    }
    edit(playlist(), (text) => text.replace(entry(text, 2).both, `${tag}$&`))(stored);
  };
}

function addLongPause(stored: Parameters<Change>[0]): void {
  const hours = 14;
  for (const index of [3, 2]) {
    const name = segment(index)(stored);
    const moved = name.replace(/\d{17}/, (utc) => formatUtc((segmentStartMs(`_${utc}.ts`) ?? 0) + hours * HOUR_MS));
    replace(
      () => name,
      (bytes) => retimeTransportStream(bytes, { startSeconds: hours * 3600 + index * 15.36, factor: 1 }),
    )(stored);
    rename(
      () => name,
      () => moved,
    )(stored);
    edit(playlist(), (text) => text.replace(name, moved))(stored);
  }
}

function copyPictures(stored: Parameters<Change>[0]): void {
  for (const index of [0, 1, 2]) copy(segment(index, 1), segment(index, 3))(stored);
}

function repeatFirst(stored: Parameters<Change>[0]): void {
  for (const index of [1, 2, 3]) copy(segment(0), segment(index))(stored);
}

function odditiesWith(
  warnings: string[],
  rows: [name: string, recording: RecordingOptions, change?: Change][],
): Oddity[] {
  return rows.map(([name, recording, change]) => ({ name, recording, warnings, ...(change && { change }) }));
}
