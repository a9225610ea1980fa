/**
 * One recording session as a state machine: it records until it is stopped or exits by itself, then exits for as many
 * requests as the scenario says, then is gone. Uploads continue on their own; Agora does not report their end.
 */
import type { Bucket } from "../../bucket/bucket.ts";
import * as answers from "../http/answers.ts";
import type { AgoraAnswer, Identity } from "../http/answers.ts";
import type { RecordingMode } from "../../agora/modes.ts";
import { buildLayout, type Layout } from "./layout.ts";
import { type Notifier, notifyEnd } from "../notifications.ts";
import type { Scenario, ScriptedAnswer } from "../scenarios.ts";
import { playUploads, type UploadedObject, type Uploads } from "./uploads.ts";

export type SessionOptions = {
  identity: Identity;
  mode: RecordingMode;
  /** Empty, or with a slash at its end. */
  prefix: string;
  files: Scenario["files"];
  streamMode: Scenario["streamMode"];
  scenario: Scenario;
  bucket: Bucket | undefined;
  notify: Notifier["notify"] | undefined;
  /** Waits, and fails when the emulator closes. */
  pause: (ms: number) => Promise<void>;
  signal: AbortSignal;
};

export class Session {
  readonly identity: Identity;
  readonly mode: RecordingMode;
  /** Answers instead of the session's own, used up from the front. */
  readonly scripts: Record<"stop" | "query", ScriptedAnswer[]>;
  /** Resolves when the last upload has arrived. */
  readonly uploaded: Promise<void>;
  /** Resolves when the last notification has been delivered or given up. */
  readonly notified: Promise<void>;

  readonly #options: SessionOptions;
  readonly #layout: Layout;
  readonly #uploads: Uploads;
  readonly #ended = Promise.withResolvers<void>();
  #state: "recording" | "exiting" = "recording";
  #stopsLeft: number;
  #queriesLeft: number;
  #upload: "none" | "some" | "all" = "none";

  constructor(options: SessionOptions) {
    const { identity, mode, files, streamMode, scenario, notify, pause, signal } = options;
    this.identity = identity;
    this.mode = mode;
    this.scripts = { stop: [...scenario.stop], query: [...scenario.query] };
    this.#options = options;
    this.#stopsLeft = scenario.stopsWhileExiting;
    this.#queriesLeft = scenario.queriesWhileExiting;
    this.#layout = buildLayout({ sid: identity.sid, cname: identity.cname, mode, files, streamMode }, scenario);
    signal.addEventListener("abort", () => this.#ended.reject(signal.reason));
    this.#ended.promise.catch(() => undefined); // the uploads may fail before they wait for it
    const put = this.#put.bind(this);
    this.#uploads = playUploads(this.#layout, { scenario, pause, put, ended: this.#ended.promise });
    this.uploaded = this.#uploads.arrived;
    const notifications = {
      identity,
      files: this.#files(true),
      scenario,
      ended: this.#ended.promise,
      sent: this.#uploads.sent,
    };
    this.notified = notify === undefined ? Promise.resolve() : notifyEnd(notifications, notify);
    this.notified.catch(() => undefined); // reported to those who await it
    if (scenario.idleExit) this.#exit();
  }

  /** Ends the session at once; a sync stop is answered when the upload has ended. */
  async stop(async: boolean): Promise<AgoraAnswer> {
    const { scenario, pause } = this.#options;
    if (this.#state === "exiting") {
      this.#stopsLeft -= 1;
      return this.#stopsLeft >= 0 ? answers.ALREADY_EXITING : answers.NO_WORKER;
    }
    this.#exit();
    if (scenario.stopDelayMs > 0) await pause(scenario.stopDelayMs);
    if (scenario.segments === 0) return answers.NO_RECORDED_DATA;
    return async ? answers.asyncStopAnswer(this.identity) : this.#stoppedInSync();
  }

  query(): AgoraAnswer {
    const recording = this.#state === "recording";
    if (!recording) this.#queriesLeft -= 1;
    if (this.#queriesLeft < 0) return answers.NO_WORKER;
    const exitStatus = this.#upload === "all" ? 8 : 6;
    return answers.queryAnswer(this.identity, {
      files: this.#files(this.#upload !== "none"),
      status: recording ? 5 : exitStatus,
      state: recording ? "inProgress" : "exit",
    });
  }

  async #stoppedInSync(): Promise<AgoraAnswer> {
    const { scenario, pause } = this.#options;
    const upload = await Promise.race([
      this.#uploads.sent.then(() => (scenario.backup.parts.length > 0 ? "backuped" : "uploaded")),
      pause(scenario.syncLimit.ms).then(() => "too-late" as const),
    ]).catch(() => "unknow" as const);
    if (upload === "too-late") return answers.uploadTimeoutAnswer(scenario.syncLimit.status);
    const uploadingStatus = scenario.uploadingStatus ?? upload;
    return answers.stopAnswer(this.identity, { files: this.#files(true), uploadingStatus });
  }

  #files(known: boolean): answers.AnswerFiles {
    const { mode, prefix, scenario } = this.#options;
    return { mode, prefix, layout: this.#layout, named: known && scenario.namesFiles, asText: scenario.listAsText };
  }

  #exit(): void {
    this.#state = "exiting";
    this.#ended.resolve();
    this.uploaded.then(
      () => (this.#upload = "all"),
      () => undefined, // reported to those who await the upload
    );
  }

  async #put(name: string, { bytes, contentType }: UploadedObject): Promise<void> {
    const { bucket, prefix, scenario, pause, signal } = this.#options;
    if (scenario.uploadEveryMs > 0) await pause(scenario.uploadEveryMs);
    signal.throwIfAborted();
    await bucket?.put(prefix + name, bytes, { signal, contentType });
    this.#upload = "some";
  }
}
