export { finalizeRecording } from "./finalize-recording.ts";
