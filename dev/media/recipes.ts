/**
 * The media that the readers' tests read, as ffmpeg's arguments: real encoders, real rates, real length.
 * Agora cuts segments of 15 s; a segment here holds one key frame, which is the hardest case for a reader of its ends.
 */

/** Length of a segment in seconds. */
export const SEGMENT_SECONDS = 15;

/** Kbit/s of a segment: Agora's lowest, default, 720p, 1080p and its highest. */
export const RATES = [100, 500, 1200, 3000, 5000] as const;

const TONE = ["-f", "lavfi", "-i", `sine=frequency=440:beep_factor=2:sample_rate=48000:duration=${SEGMENT_SECONDS}`];
const AAC = ["-c:a", "aac", "-b:a", "48k", "-ac", "1"];
const TS = ["-f", "mpegts"];
const MP4_PICTURES = ["-c:v", "libx264", "-preset", "ultrafast", "-b:v", "300k", "-g", "30"];

function pictures(filters: string, size = "640x360"): string[] {
  return ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=15:duration=${SEGMENT_SECONDS},${filters}`];
}

const NOISE = "noise=alls=40:allf=t";
/** The first picture, again and again. */
const STILL = "loop=loop=-1:size=1:start=0,trim=duration=15,setpts=N/15/TB";

function x264(kilobits: number): string[] {
  const rate = `${kilobits}k`;
  return `-c:v libx264 -preset ultrafast -g 1000 -b:v ${rate} -maxrate ${rate} -bufsize ${rate}`.split(" ");
}

function sizeAt(kilobits: number): string {
  if (kilobits < 500) return "320x180";
  return kilobits < 3000 ? "640x360" : "1280x720";
}

/** A segment of a mix at a rate, sound included. */
function mix(kilobits: number, filters: string): string[] {
  return [...TONE, ...pictures(filters, sizeAt(kilobits)), ...x264(Math.max(50, kilobits - 60)), ...AAC, ...TS];
}

const SEGMENTS = Object.fromEntries(
  RATES.flatMap((rate) => [
    [`noise-${rate}k.mpegts`, mix(rate, NOISE)],
    [`still-${rate}k.mpegts`, mix(rate, STILL)],
    [`moving-${rate}k.mpegts`, mix(rate, "null")],
  ]),
);

/** Calm, then noise for some seconds: what a shared screen does to the rate. */
const BURST = `${NOISE}:enable='between(t,5,9)'`;
const crf = (quality: number) => `-c:v libx264 -preset ultrafast -g 1000 -crf ${quality}`.split(" ");
/** A wall of noise between still pictures, in turns of a second and a half. */
const TURNS = `${STILL},${NOISE}:enable='lt(mod(t,3),1.5)'`;

const X265 = "-c:v libx265 -preset ultrafast -b:v 500k -x265-params log-level=error:keyint=1000".split(" ");
const BFRAMES = "-c:v libx264 -preset veryfast -bf 3 -g 1000 -b:v 500k".split(" ");
const VP8 = "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 400k -g 75".split(" ");
const VP9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 400k -g 75".split(" ");
const OPUS = ["-c:a", "libopus", "-b:a", "48k"];
/** Pictures that stand still have no new time stamps: none come between seconds 3 and 13. */
const SPARSE = ["-vf", "select='lt(t,3)+gt(t,13)'", "-vsync", "vfr"];

export const RECIPES: Record<string, string[]> = {
  ...SEGMENTS,
  "h265.mpegts": [...TONE, ...pictures("null"), ...X265, ...AAC, ...TS],
  /** One frame of sound in each PES packet; else ffmpeg puts a third of a second into one. */
  "single-frames.mpegts": [...TONE, ...pictures("null"), ...x264(500), ...AAC, "-muxdelay", "0", ...TS],
  "burst.mpegts": [...TONE, ...pictures(BURST), ...crf(30), ...AAC, ...TS],
  "small-burst.mpegts": [...TONE, ...pictures(BURST), ...crf(46), ...AAC, ...TS],
  "turns.mpegts": [...TONE, ...pictures(TURNS), ...crf(36), ...AAC, ...TS],
  "b-frames.mpegts": [...TONE, ...pictures("null"), ...BFRAMES, ...AAC, ...TS],
  "mp3.mpegts": [...TONE, ...pictures("null"), ...x264(500), "-c:a", "libmp3lame", "-b:a", "64k", ...TS],
  "opus.mpegts": [...TONE, ...pictures("null"), ...x264(500), ...OPUS, ...TS],
  "latm.mpegts": [...TONE, ...AAC, "-mpegts_flags", "latm", ...TS],
  "sound.mpegts": [...TONE, ...AAC, ...TS],
  "pictures.mpegts": [...pictures("null"), ...x264(500), ...TS],
  "sparse-pictures.mpegts": [...TONE, ...pictures("null"), ...SPARSE, ...x264(500), ...AAC, ...TS],
  "short-sound.mpegts": [...TONE, ...pictures("null"), ...x264(500), ...AAC, "-af", "atrim=duration=8", ...TS],
  // The 33-bit counter of time stamps begins anew after 95,443.7 s.
  "wrap.mpegts": [...TONE, ...pictures("null"), ...x264(500), ...AAC, "-output_ts_offset", "95436", ...TS],

  "plain.mp4": [...TONE, ...pictures("null"), ...MP4_PICTURES, ...AAC],
  "faststart.mp4": [...TONE, ...pictures("null"), ...MP4_PICTURES, ...AAC, "-movflags", "+faststart"],
  "b-frames.mp4": [...TONE, ...pictures("null"), ...BFRAMES, ...AAC],
  "fragmented.mp4": [...TONE, ...pictures("null"), ...MP4_PICTURES, ...AAC, "-movflags", "frag_keyframe"],
  "empty-moov.mp4": [...TONE, ...pictures("null"), ...MP4_PICTURES, ...AAC, "-movflags", "frag_keyframe+empty_moov"],
  "cmaf.mp4": [...TONE, ...pictures("null"), ...MP4_PICTURES, ...AAC, "-movflags", "cmaf+frag_keyframe"],
  "sidx.mp4": [...TONE, ...pictures("null"), ...MP4_PICTURES, ...AAC, "-movflags", "dash+global_sidx+frag_keyframe"],
  "sound.m4a": [...TONE, ...AAC],

  "vp8.webm": [...TONE, ...pictures("null"), ...VP8, ...OPUS],
  "vp9.webm": [...TONE, ...pictures("null"), ...VP9, ...OPUS],
  "sound.webm": [...TONE, ...OPUS],
  "live.webm": [...TONE, ...pictures("null"), ...VP8, ...OPUS, "-live", "1", "-f", "webm"],
  "h264.mkv": [...TONE, ...pictures("null"), ...MP4_PICTURES, ...AAC],

  "cbr.mp3": [...TONE, "-c:a", "libmp3lame", "-b:a", "64k"],
  "vbr.mp3": [...TONE, "-c:a", "libmp3lame", "-q:a", "4"],
  "bare.mp3": [...TONE, "-c:a", "libmp3lame", "-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0"],
  "sound.aac": [...TONE, ...AAC, "-f", "adts"],
  "picture.jpg": [...pictures("null"), "-frames:v", "1"],
};
