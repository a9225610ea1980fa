/**
 * Agora's recording modes, one row each: what differs between them in requests, answers and files. To add a mode, name it
 * in the list and fill in its row; other files read the row and never ask which mode it is.
 * https://docs.agora.io/en/cloud-recording/develop/manage-files
 */
export const RECORDING_MODES = ["individual", "mix", "web"] as const;

export type RecordingMode = (typeof RECORDING_MODES)[number];

type ModeTraits = {
  /** Its word in the paths of Agora's API. */
  path: string;
  /** Special characters of the channel in file names. Agora shows only by example which ones become `-`. */
  specialCharacters: "kept" | "dash";
  /** Whether each user has tracks of their own, which end when that user leaves. Else one recording holds everybody. */
  tracksByUser: boolean;
  /** The tracks of one user, or of the whole, in Agora's words. */
  trackTypes: readonly ("audio" | "video" | "audio_and_video")[];
  /** Whether it can produce MP4s and snapshots beside its playlists. */
  mp4s: boolean;
  snapshots: boolean;
  /** Whether answers and notifications name files in one `fileList`, or each service names its own. */
  filesNamedIn: "file-list" | "services";
  /** Whether the session has ended once every playlist is final. */
  playlistsProveEnd: boolean;
  /** What a playlist of no single user holds, for people. */
  wholeTrack: string;
};

export const MODES: Readonly<Record<RecordingMode, ModeTraits>> = {
  individual: {
    path: "individual",
    specialCharacters: "kept",
    tracksByUser: true,
    trackTypes: ["audio", "video"],
    mp4s: false,
    snapshots: true,
    filesNamedIn: "file-list",
    playlistsProveEnd: false,
    wholeTrack: "Mix of all users",
  },
  mix: {
    path: "mix",
    specialCharacters: "kept",
    tracksByUser: false,
    trackTypes: ["audio_and_video"],
    mp4s: true,
    snapshots: false,
    filesNamedIn: "file-list",
    playlistsProveEnd: true,
    wholeTrack: "Mix of all users",
  },
  web: {
    path: "web",
    specialCharacters: "dash",
    tracksByUser: false,
    trackTypes: ["audio_and_video"],
    mp4s: true,
    snapshots: false,
    filesNamedIn: "services",
    playlistsProveEnd: true,
    wholeTrack: "Web page",
  },
};
