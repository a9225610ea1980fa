/**
 * Two tags of a playlist of segments that say what is not in it.
 *
 * `#EXT-X-MEDIA-SEQUENCE` (RFC 8216, section 4.3.3.2) is the number of the first segment, 0 where it is missing. Agora begins at
 * 0 and removes nothing, so that a larger number means that the first segments were taken out of the playlist: a warning
 * that names how many, because nothing else tells that they were.
 *
 * `#EXT-X-GAP` (RFC 8216bis, section 4.4.4.7) says of the segment behind it that there is none: its file is not expected. Agora
 * does not write it, so that a playlist which has it was changed by another program: the time counts as missing, and is a warning.
 */

export type PlaylistSequence = {
  /** The number of the first segment; `null` where the tag has no number. */
  first: number | null;
  /** Which segments are gaps, counted from 0 in the order of the playlist. */
  gaps: number[];
};

const MAX_GAPS = 100_000;

/** Reads the two tags. The work is linear in the text. */
export function parseSequence(text: string): PlaylistSequence {
  const sequence: PlaylistSequence = { first: 0, gaps: [] };
  let segment = 0;
  let isGap = false;
  for (let at = 0; at < text.length;) {
    const feed = text.indexOf("\n", at);
    const end = feed < 0 ? text.length : feed;
    const line = text.slice(at, end).trimEnd();
    if (line.startsWith("#EXT-X-MEDIA-SEQUENCE:"))
      sequence.first = parseNumber(line.slice("#EXT-X-MEDIA-SEQUENCE:".length));
    else if (line === "#EXT-X-GAP") isGap = true;
    else if (line !== "" && !line.startsWith("#")) {
      if (isGap && sequence.gaps.length < MAX_GAPS) sequence.gaps.push(segment);
      segment += 1;
      isGap = false;
    }
    at = end + 1;
  }
  return sequence;
}

/** A decimal integer of at most fifteen digits: RFC 8216, section 4.2, allows twenty, which no recording has. */
function parseNumber(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
