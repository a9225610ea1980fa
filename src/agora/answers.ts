/**
 * Agora's answers decoded into our own shapes, whatever spelling and type the wire had.
 * Nothing outside `agora/` and `emulator/` sees Agora's field names.
 */

/** A file that Agora named in a `fileList`. */
export type NamedFile = {
  /** As Agora wrote it: with or without the prefix. */
  name: string;
  /** `audio`, `video`, `audio_and_video`, where Agora said so. */
  trackType?: string;
  /** The user whose track it is; `"0"` for a mix. */
  uid?: string;
  isPlayable?: boolean;
  /** When the file's recording began, Unix time in milliseconds (seconds on the wire are converted). */
  startedMs?: number;
};

/** `unknown` covers the wire's `unknow` and every word that Agora has not documented. */
export const UPLOADING_STATUSES = ["uploaded", "backuped", "backuping", "stranded", "unknown"] as const;

export type UploadingStatus = (typeof UPLOADING_STATUSES)[number];

export type StopAnswer = { files: NamedFile[]; uploadingStatus: UploadingStatus | null };

/** A query's status. */
export const EXITED_ABNORMALLY = 20;

/** `status` is Agora's number: 7 all components stopped, 8 exited, 20 exited abnormally. */
export type QueryAnswer = { files: NamedFile[]; uploadingStatus: UploadingStatus | null; status: number | null };
