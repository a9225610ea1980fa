/** The frames of which an MP3 or an AAC file consists: each says how long it is, and nothing lies between them. */

export type Frame = { bytes: number; seconds: number };

export type FrameFormat = {
  /** The frame that begins at `at`; `undefined` where none does. */
  parse(bytes: Uint8Array, at: number): Frame | undefined;
};

/** Kbit/s by index: ISO/IEC 11172-3, 2.4.2.3, and ISO/IEC 13818-3, 2.4.2.3, of version 1 and of versions 2 and 2.5. */
const BITRATES: Record<string, number[]> = {
  "1-1": [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  "1-2": [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  "1-3": [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  "2-1": [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  "2-2": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
  "2-3": [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const SAMPLE_RATES = [44_100, 48_000, 32_000];
/** Version 2.5 has the index 0, and a quarter of these rates; version 2 the index 2, and half of them. */
const RATE_DIVISORS: Record<number, number> = { 0: 4, 2: 2, 3: 1 };
const VERSION_1 = 3;

/** MPEG audio of layers I to III. */
export const MP3: FrameFormat = {
  parse(bytes, at) {
    const [second, third] = [bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    const [version, layer] = [(second >> 3) & 3, 4 - ((second >> 1) & 3)];
    if (bytes[at] !== 0xff || (second & 0xe0) !== 0xe0 || version === 1 || layer === 4) return undefined;

    const rate = SAMPLE_RATES[(third >> 2) & 3];
    const kilobits = BITRATES[`${version === VERSION_1 ? 1 : 2}-${layer}`]?.[third >> 4];
    // Index 0 is "free": the length of such a frame is not written in it.
    if (!rate || !kilobits) return undefined;
    return mp3Frame({
      layer,
      kilobits,
      sampleRate: rate / (RATE_DIVISORS[version] ?? 1),
      version,
      padding: (third >> 1) & 1,
    });
  },
};

type Mp3Header = { version: number; layer: number; kilobits: number; sampleRate: number; padding: number };

/** ISO/IEC 11172-3, 2.4.3.1: layer I counts its length in slots of four bytes. */
function mp3Frame({ version, layer, kilobits, sampleRate, padding }: Mp3Header): Frame {
  if (layer === 1) {
    return { bytes: 4 * (Math.floor((12_000 * kilobits) / sampleRate) + padding), seconds: 384 / sampleRate };
  }
  const samples = layer === 3 && version !== VERSION_1 ? 576 : 1152;
  return { bytes: Math.floor((samples * 125 * kilobits) / sampleRate) + padding, seconds: samples / sampleRate };
}

/** ISO/IEC 14496-3, 1.6.3.4. */
const AAC_RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
const AAC_SAMPLES = 1024;

/** ADTS: ISO/IEC 14496-3, 1.A.2.2. */
export const ADTS: FrameFormat = {
  parse(bytes, at) {
    const [second, third] = [bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    const rate = AAC_RATES[(third >> 2) & 0x0f];
    if (bytes[at] !== 0xff || (second & 0xf6) !== 0xf0 || rate === undefined) return undefined;
    const length = (((bytes[at + 3] ?? 0) & 3) << 11) | ((bytes[at + 4] ?? 0) << 3) | ((bytes[at + 5] ?? 0) >> 5);
    const blocks = 1 + ((bytes[at + 6] ?? 0) & 3);
    return length < 7 ? undefined : { bytes: length, seconds: (AAC_SAMPLES * blocks) / rate };
  },
};
