/** The phases of a finalization. */
export type Phase = "scheduled" | "stopping" | "uploading" | "backup" | "verifying" | "done";
