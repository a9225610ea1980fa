/** The duration in an #EXTINF (RFC 8216, section 4.3.2.1), in seconds. */

/** Agora does not force a cut in VP9, so a segment may be long; but no longer than a day. */
export const MAX_DURATION_SECONDS = 24 * 60 * 60;

const [ZERO, POINT, COMMA] = [48, 46, 44];

/** Parses the number in a usual #EXTINF, between two places of a text: up to fifteen digits, which a double holds exactly. */
export function parseDuration(text: string, [begin, end]: readonly [number, number]): number | undefined {
  let digits = 0;
  let point = end;
  let count = 0;
  const last = text.charCodeAt(end - 1) === COMMA ? end - 1 : end;
  for (let index = begin; index < last; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits = digits * 10 + digit;
      count += 1;
    } else if (digit === POINT - ZERO && point === end && count > 0) point = index + 1;
    else return undefined;
  }
  if (count === 0 || count > 15) return undefined;
  const seconds = point === end ? digits : digits / 10 ** (last - point);
  return seconds <= MAX_DURATION_SECONDS ? seconds : undefined;
}
