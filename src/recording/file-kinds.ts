/**
 * The kinds of file of a recording: one row a kind, which input, inventory, checks, manifest and report read.
 * A new kind is a row, its reader in `media/` and a case in `verify/probes.ts`; a forgotten place does not compile.
 */
import type { ParsedName } from "../agora/names/file-names.ts";

export type FileKind = ParsedName["kind"];

type Row = {
  /** For people, one and as something demanded. */
  label: string;
  demanded: string;
  /** The word in `expect` that demands one; `null`: other files call for it. */
  expect: string | null;
  /** Its name in totals, and the name of a standalone kind's list in the manifest. */
  total: string;
  /** Whether no playlist names it. */
  standalone: boolean;
  /** Ids of `checks/checks.ts`; `problem()` does not accept others. */
  checks: Record<"missing" | "empty" | "notMedia" | "truncated" | "repeated", string | null>;
};

export const FILE_KINDS = {
  playlist: {
    label: "playlist",
    demanded: "a playlist",
    expect: "hls",
    total: "playlists",
    standalone: false,
    // What else can be wrong with it shows in its text.
    checks: { missing: "playlist-missing", empty: null, notMedia: null, truncated: null, repeated: null },
  },
  segment: {
    label: "segment",
    demanded: "a segment",
    expect: null,
    total: "segments",
    standalone: false,
    checks: {
      missing: "segment-missing",
      empty: "segment-empty",
      notMedia: "segment-not-media",
      truncated: "segment-truncated",
      repeated: "segment-repeated",
    },
  },
  mp4: {
    label: "MP4",
    demanded: "an MP4",
    expect: "mp4",
    total: "mp4s",
    standalone: true,
    checks: {
      missing: "mp4-missing",
      empty: "mp4-empty",
      notMedia: "mp4-not-media",
      truncated: "mp4-truncated",
      repeated: "mp4-repeated",
    },
  },
  mp3: {
    label: "MP3",
    demanded: "an MP3",
    expect: "mp3",
    total: "mp3s",
    standalone: true,
    checks: {
      missing: "mp3-missing",
      empty: "mp3-empty",
      notMedia: "mp3-not-media",
      truncated: null,
      repeated: null,
    },
  },
  snapshot: {
    label: "snapshot",
    demanded: "a snapshot",
    expect: "snapshots",
    total: "snapshots",
    standalone: true,
    checks: {
      missing: "snapshot-missing",
      empty: "snapshot-empty",
      notMedia: "snapshot-not-media",
      truncated: "snapshot-truncated",
      repeated: null,
    },
  },
} as const satisfies Record<FileKind, Row>;

type Kinds = typeof FILE_KINDS;

export type FileTotal = Kinds[FileKind]["total"];
export type ExpectWord = NonNullable<Kinds[FileKind]["expect"]>;
export type StandaloneKind = { [Kind in FileKind]: Kinds[Kind]["standalone"] extends true ? Kind : never }[FileKind];
export type StandaloneList = Kinds[StandaloneKind]["total"];

/** What `expect` may hold. */
export const EXPECT_WORDS: ExpectWord[] = Object.values(FILE_KINDS).flatMap(({ expect }) => expect ?? []);

/** Makes a value for each standalone kind, by the name of its list. */
export function mapStandalone<Value>(make: (kind: StandaloneKind) => Value): Record<StandaloneList, Value> {
  return { mp4s: make("mp4"), mp3s: make("mp3"), snapshots: make("snapshot") };
}

export const STANDALONE_KINDS = Object.values(mapStandalone((kind) => kind));

/** Every standalone file. */
export function listStandalone<Item>(lists: Record<StandaloneList, Item[]>): Item[] {
  return STANDALONE_KINDS.flatMap((kind) => lists[FILE_KINDS[kind].total]);
}
