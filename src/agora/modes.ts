/**
 * Agora's recording modes, one row each: what differs between them in requests, answers and files. To add a mode, name it
 * in the list and fill in its row; other files read the row and never ask which mode it is.
 * https://docs.agora.io/en/cloud-recording/develop/manage-files
 */
import type { UserNames } from "./names/name-endings.ts";

export const RECORDING_MODES = ["individual", "raw", "mix", "web"] as const;

export type RecordingMode = (typeof RECORDING_MODES)[number];

type ModeTraits = {
  /** Its word in the paths of Agora's API. */
  path: string;
  /** For people. */
  label: string;
  /** Special characters of the channel, as Agora's documentation writes the mode's file names. Either form is read. */
  specialCharacters: "kept" | "dash";
  /** The longest channel, in bytes: web mode takes any label. */
  channelBytes: number;
  /** Where the names of a user's files have what the track is. */
  userNames: UserNames;
  /** Whether each user has tracks of their own, which end when that user leaves. Else one recording holds everybody. */
  tracksByUser: boolean;
  /** Whether one file holds a user's sound and pictures, so that its name does not say which of them it has. */
  tracksShareFiles: boolean;
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
    label: "individual (Agora's legacy mode)",
    specialCharacters: "kept",
    channelBytes: 64,
    userNames: "type-first",
    tracksByUser: true,
    tracksShareFiles: false,
    trackTypes: ["audio", "video"],
    mp4s: false,
    snapshots: true,
    filesNamedIn: "file-list",
    playlistsProveEnd: false,
    wholeTrack: "Mix of all users",
  },
  raw: {
    path: "raw",
    label: "raw (individual)",
    specialCharacters: "dash",
    channelBytes: 64,
    userNames: "codec-last",
    tracksByUser: true,
    tracksShareFiles: true,
    trackTypes: ["audio_and_video"],
    mp4s: true,
    snapshots: true,
    filesNamedIn: "file-list",
    playlistsProveEnd: false,
    wholeTrack: "Mix of all users",
  },
  mix: {
    path: "mix",
    label: "mix",
    specialCharacters: "kept",
    channelBytes: 64,
    userNames: "type-first",
    tracksByUser: false,
    tracksShareFiles: true,
    trackTypes: ["audio_and_video"],
    mp4s: true,
    snapshots: false,
    filesNamedIn: "file-list",
    playlistsProveEnd: true,
    wholeTrack: "Mix of all users",
  },
  web: {
    path: "web",
    label: "web",
    specialCharacters: "dash",
    channelBytes: 1024,
    userNames: "type-first",
    tracksByUser: false,
    tracksShareFiles: true,
    trackTypes: ["audio_and_video"],
    mp4s: true,
    snapshots: false,
    filesNamedIn: "services",
    playlistsProveEnd: true,
    wholeTrack: "Web page",
  },
};
