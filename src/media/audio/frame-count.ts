/** The count of frames that an MP3's first frame may hold instead of sound: as Xing or Info, and as VBRI. */

/** Behind the header of four bytes lie 9 to 32 bytes of side information, then the name. */
const XING_PLACES = [13, 21, 36];
/** VBRI lies 32 bytes behind the header. */
const VBRI_PLACE = 36;
const HAS_FRAMES = 1;

/** How many frames come behind the first one; `null` where it does not say. */
export function expectedFrames(frame: Uint8Array): number | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  const name = (at: number) => String.fromCharCode(...frame.subarray(at, at + 4));
  const place = XING_PLACES.find((at) => name(at) === "Xing" || name(at) === "Info");
  if (place !== undefined && place + 12 <= frame.length) {
    return (view.getUint32(place + 4) & HAS_FRAMES) === 0 ? null : view.getUint32(place + 8);
  }
  return name(VBRI_PLACE) === "VBRI" && frame.length >= VBRI_PLACE + 18 ? view.getUint32(VBRI_PLACE + 14) : null;
}
