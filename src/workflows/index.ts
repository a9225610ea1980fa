export { finalizeRecording } from "./finalize/finalize-recording.ts";
