/** Compares what is in a segment with its playlist: its length, its streams, its packets. Pure. */
import type { CheckId } from "./checks.ts";
import { GAP_SECONDS } from "../media/ts/middle.ts";
import { type MediaStream, type SegmentMedia, UNCOUNTED_PART } from "../media/ts/segment-media.ts";

/** Each rule, and the check that its breach fails. */
export const SEGMENT_MEDIA_RULES = {
  /** A packet does not begin with the sync byte. */
  "sync-lost": "segment-corrupt",
  /** Bytes behind the last whole packet. */
  truncated: "segment-truncated",
  /** The sender of a packet marked it as damaged. */
  "transport-error": "segment-corrupt",
  /** The continuity counter jumps: packets are missing, or are another segment's. */
  "packets-missing": "segment-corrupt",
  /** It jumps all the time: the writer does not count, and nothing follows. */
  "packets-not-counted": "segment-unproven",
  /** The payload is encrypted: nothing can be said of its times. */
  scrambled: "segment-unproven",
  "no-media": "segment-not-media",
  /** None in a segment of some milliseconds. */
  "no-media-in-moment": "segment-stream-missing",
  /** The program announces sound or pictures, and none begin where the segment was read. */
  "stream-missing": "segment-stream-missing",
  /** All that plays is shorter than the playlist says, and sound is among it, which does not stand still. */
  "too-short": "segment-duration",
  /** The same of pictures alone: they have no new time stamps while they stand still. */
  "too-short-unproven": "segment-duration-unproven",
  "too-long": "segment-duration-unproven",
  /** Sound begins late or ends early while pictures play: the sender may have muted it. */
  "sound-short": "segment-sound-short",
  /** Pictures begin late or end early while sound plays: they may stand still. */
  "pictures-short": "segment-pictures-short",
  /** Time passes without sound. */
  "sound-gap": "segment-times",
  /** The times begin anew within the segment. */
  "times-begin-anew": "segment-times",
} as const satisfies Record<string, CheckId>;

export type SegmentMediaRule = keyof typeof SEGMENT_MEDIA_RULES;

export type SegmentMediaFinding = { rule: SegmentMediaRule; expected: string; observed: string };

/** A cut of a second is found. What is seen of a whole segment ends a PES packet early, a third of a second as ffmpeg writes it. */
const MISSING_SECONDS = 0.95;
/** Beside a very long PES packet this much more is allowed. */
const SLACK_SECONDS = 0.5;
const LONG_SECONDS = 1.5;
/** Agora cuts at 15 s. Of what is longer a tenth may be missing: its frames may last long, and its clock may differ. */
const USUAL_SECONDS = 20;
const MISSING_PART = 0.1;
/** A segment of less than this may hold no picture and no sound. */
const MOMENT_SECONDS = 0.1;

/** Everything that is wrong with a segment; `durationSeconds` is that of its #EXTINF. */
export function judgeSegmentMedia(media: SegmentMedia, durationSeconds: number): SegmentMediaFinding[] {
  const packets = judgePackets(media);
  const isScrambled = media.damage.scrambledPackets > 0;
  if (media.streams.every(({ startSeconds }) => startSeconds === null)) {
    const isMoment = durationSeconds < MOMENT_SECONDS;
    if (isScrambled) return packets;
    return [
      ...packets,
      finding(isMoment ? "no-media-in-moment" : "no-media", { expected: "sound or pictures", observed: "none" }),
    ];
  }
  return [...packets, ...findMissingStreams(media), ...judgeDuration(media, durationSeconds), ...judgeTimes(media)];
}

function judgePackets({ damage, packets, trailingBytes, nullPackets }: SegmentMedia): SegmentMediaFinding[] {
  const findings = [];
  const { lostAt, transportErrors, continuityErrors, continuityErrorAt, scrambledPackets } = damage;
  if (trailingBytes > 0)
    findings.push(
      finding("truncated", { expected: "whole packets", observed: `${trailingBytes} bytes behind the last one` }),
    );
  if (lostAt !== null)
    findings.push(finding("sync-lost", { expected: "packets throughout", observed: `none at byte ${lostAt}` }));
  if (transportErrors > 0) {
    findings.push(
      finding("transport-error", {
        expected: "no packet marked as damaged",
        observed: `${transportErrors} of ${packets}`,
      }),
    );
  }
  if (continuityErrors > 0) {
    const rule =
      continuityErrors > (packets - nullPackets) * UNCOUNTED_PART ? "packets-not-counted" : "packets-missing";
    const observed = `${continuityErrors} jumps of the counter, the first at byte ${continuityErrorAt}`;
    findings.push(finding(rule, { expected: "packets that follow each other", observed }));
  }
  if (scrambledPackets > 0)
    findings.push(
      finding("scrambled", { expected: "clear payloads", observed: `${scrambledPackets} scrambled packets` }),
    );
  return findings;
}

function findMissingStreams({ streams }: SegmentMedia): SegmentMediaFinding[] {
  return streams
    .filter(({ isAnnounced, startSeconds }) => isAnnounced && startSeconds === null)
    .map(({ kind }) =>
      finding("stream-missing", { expected: `${nameKind(kind)}, as the program announces`, observed: "none begin" }),
    );
}

function judgeDuration({ streams }: SegmentMedia, durationSeconds: number): SegmentMediaFinding[] {
  const begun = streams.filter(({ startSeconds }) => startSeconds !== null);
  const hasSound = begun.some(({ kind }) => kind === "audio");
  const start = Math.min(...begun.map((stream) => stream.startSeconds ?? 0));
  const end = Math.max(...begun.map((stream) => stream.endSeconds ?? stream.startSeconds ?? 0));
  const expected = `${durationSeconds} s, as its playlist says`;
  const observed = `${(end - start).toFixed(3)} s`;
  if (end - start > durationSeconds + LONG_SECONDS) return [finding("too-long", { expected, observed })];
  const step = Math.min(...begun.map(({ meanStepSeconds }) => meanStepSeconds));
  if (durationSeconds - (end - start) >= computeTolerance(step, durationSeconds)) {
    return [finding(hasSound ? "too-short" : "too-short-unproven", { expected, observed })];
  }
  return begun.length === 1 ? [] : begun.flatMap((stream) => judgeStream(stream, durationSeconds));
}

/** One of several streams, of which together the length is right. */
function judgeStream(stream: MediaStream, durationSeconds: number): SegmentMediaFinding[] {
  const { kind, startSeconds, endSeconds, meanStepSeconds } = stream;
  const observed = `${nameKind(kind)} from ${formatSeconds(startSeconds)} to ${formatSeconds(endSeconds)}`;
  const played = (endSeconds ?? 0) - (startSeconds ?? 0);
  if (endSeconds !== null && durationSeconds - played < computeTolerance(meanStepSeconds, durationSeconds)) return [];
  const rule = kind === "audio" ? "sound-short" : "pictures-short";
  return [finding(rule, { expected: `${nameKind(kind)} for ${durationSeconds} s, as its playlist says`, observed })];
}

function judgeTimes({ streams }: SegmentMedia): SegmentMediaFinding[] {
  const findings = [];
  const sound = streams.find(
    ({ kind, largestStepSeconds, meanStepSeconds }) =>
      kind === "audio" && largestStepSeconds > Math.max(GAP_SECONDS, 2 * meanStepSeconds),
  );
  if (sound) {
    const observed = `${sound.largestStepSeconds.toFixed(3)} s without, before byte ${sound.largestStepAt}`;
    findings.push(finding("sound-gap", { expected: "sound throughout", observed }));
  }
  const back = streams.find(({ largestBackwardSeconds }) => largestBackwardSeconds > GAP_SECONDS);
  if (back) {
    const observed = `a step back of ${back.largestBackwardSeconds.toFixed(3)} s at byte ${back.backwardStepAt}`;
    findings.push(finding("times-begin-anew", { expected: "times that go on", observed }));
  }
  return findings;
}

function computeTolerance(stepSeconds: number, durationSeconds: number): number {
  return Math.max(MISSING_SECONDS, stepSeconds + SLACK_SECONDS, (durationSeconds - USUAL_SECONDS) * MISSING_PART);
}

function nameKind(kind: MediaStream["kind"]): string {
  return kind === "audio" ? "sound" : "pictures";
}

function formatSeconds(value: number | null): string {
  return value === null ? "an unseen time" : `${value.toFixed(3)} s`;
}

function finding(rule: SegmentMediaRule, facts: Omit<SegmentMediaFinding, "rule">): SegmentMediaFinding {
  return { rule, ...facts };
}
