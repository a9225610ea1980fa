/** The activities of one worker, by the task queue on which they run. */
import { awaitFiles } from "./await-files.ts";
import type { Dependencies } from "./dependencies.ts";
import { publishManifest } from "./publish-manifest.ts";
import { stopRecording } from "./stop/stop-recording.ts";
import { validateInput } from "./validate-input.ts";

export type { Dependencies } from "./dependencies.ts";
export type { PublishResult } from "./publish-manifest.ts";
export type { StopRequest } from "./stop/stop-recording.ts";
export type { ValidatedInput } from "./validate-input.ts";

/** On the queue of the workflows: they read the store. */
export function createActivities(dependencies: Dependencies) {
  return {
    validateInput: validateInput(dependencies),
    awaitUpload: awaitFiles(dependencies),
    awaitBackup: awaitFiles(dependencies),
    publishManifest: publishManifest(dependencies),
  };
}

/** On the queue of one Agora account: they share its rate limit. */
export function createAgoraActivities(dependencies: Dependencies) {
  return { stopRecording: stopRecording(dependencies) };
}

export type Activities = ReturnType<typeof createActivities>;
export type AgoraActivities = ReturnType<typeof createAgoraActivities>;
