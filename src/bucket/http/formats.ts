/** ETags and times as stores write them, in headers and in listings. */

/** An ETag without its quotes and without the mark of a weak one. */
export function parseEtag(text: string): string {
  return text.trim().replace(/^W\//i, "").replaceAll('"', "");
}

const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/i;
/** RFC 1123, also without its zone. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]+, )?(\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{4} \d\d:\d\d:\d\d)\s*(Z|UTC|GMT|[+-]\d\d:?\d\d)?$/;

/** A store's time as ISO 8601 in UTC, or `undefined` for what is not a time. A time without a zone is UTC. */
export function parseStoreTime(text: string): string | undefined {
  const iso = ISO.exec(text.trim());
  if (iso !== null) {
    const [, date, time, fraction = "", zone] = iso;
    return toIsoTime(`${date}T${time}${fraction.slice(0, 4)}${toIsoZone(zone)}`);
  }
  const [, moment, zone = "GMT"] = HTTP_DATE.exec(text.trim()) ?? [];
  return moment === undefined ? undefined : toIsoTime(`${moment.replaceAll("-", " ")} ${toHttpZone(zone)}`);
}

function toIsoZone(zone = "Z"): string {
  if (!/^[+-]/.test(zone)) return "Z";
  return zone.includes(":") ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function toHttpZone(zone: string): string {
  return /^[+-]/.test(zone) ? zone.replace(":", "") : "GMT";
}

function toIsoTime(text: string): string | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
