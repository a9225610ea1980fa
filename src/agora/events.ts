/**
 * The files that Agora's notifications name.
 * Event types: AgoraIO/Docs-Source, shared/notification-center-service/event-types/cloud-recording.mdx
 */
import type { NamedFile } from "./answers.ts";
import { decodeFileList } from "./decode.ts";

/** Every file is in the customer's store; in web mode it carries no list. */
export const UPLOADED = 31;
/** Every file is uploaded, at least one of them to Agora's backup cloud. */
const BACKUPED = 32;
/** The page recorder has stopped; it names what it wrote. */
export const WEB_RECORDER_STOPPED = 71;

/**
 * The files that a notification names, from its undecoded `details`. Only the three that come at the end of a recording
 * count: 3 and 4 also carry a list, but speak of a recording that is still going on.
 */
export function filesNamedBy(eventType: number, details: unknown): NamedFile[] {
  return isUploadEvent(eventType) ? decodeFileList(details) : [];
}

/** Whether a notification tells that the recording's files are on their way or there. */
export function isUploadEvent(eventType: number): boolean {
  return eventType === UPLOADED || eventType === BACKUPED || eventType === WEB_RECORDER_STOPPED;
}
