/**
 * A small language for changes to a stored recording, which the fault matrix is written in.
 *
 * A noun is a `Select`: it finds the name of one object. `playlist()`, `segment(2)`, `mp4(-1)` count from the start, or from
 * the end when negative; a second number is the track. A verb makes a `Change` of nouns: `remove(segment(1))`,
 * `copy(playlist(), resent(0))`, `edit(playlist(), (text) => …)`. `all(…)` makes one change of several, in their order.
 * Functions from text to text, such as `earlier(2)` and `withoutEnd`, are what `edit` does.
 */
import type { Stored } from "./sound-recording.ts";

/** What a store answers instead of an object, and what some uploaders have kept as one. */
export const ERROR_DOCUMENT = `<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>`;

/** Finds the name of an object in a recording. */
export type Select = (stored: Stored) => string;
/** Changes a recording in place. */
export type Change = (stored: Stored) => void;

export function playlist(track = 0): Select {
  return ({ stems }) => `${stems[track]}.m3u8`;
}

/** A segment of a track; counted from the end when negative. */
export function segment(index: number, track = 0): Select {
  return ({ objects, stems }) => pick([...objects.keys()].filter(isMedia(`${stems[track]}_`, ".ts")), index);
}

export function mp4(index: number): Select {
  return ({ objects }) => pick([...objects.keys()].filter(isMedia("", ".mp4")), index);
}

export function snapshot(index: number): Select {
  return ({ objects }) => pick([...objects.keys()].filter(isMedia("", ".jpg")), index);
}

export function remove(...selects: Select[]): Change {
  return (stored) => {
    for (const name of selects.map((select) => select(stored))) stored.objects.delete(name);
  };
}

export function removeAll(isGone: (name: string) => boolean): Change {
  return ({ objects }) => {
    for (const name of [...objects.keys()].filter(isGone)) objects.delete(name);
  };
}

export function replace(select: Select, make: (bytes: Buffer, stored: Stored) => Uint8Array | string): Change {
  return (stored) => {
    const name = select(stored);
    stored.objects.set(name, Buffer.from(make(Buffer.from(bytesOf(stored, name)), stored)));
  };
}

/** Changes the text of a playlist. */
export function edit(select: Select, change: (text: string, stored: Stored) => string): Change {
  return replace(select, (bytes, stored) => change(bytes.toString(), stored));
}

export function rename(select: Select, change: (name: string) => string): Change {
  return (stored) => {
    const name = select(stored);
    const bytes = bytesOf(stored, name);
    stored.objects.delete(name);
    stored.objects.set(change(name), bytes);
  };
}

/** Puts the bytes of one object at the place of another. */
export function copy(from: Select, to: Select): Change {
  return (stored) => void stored.objects.set(to(stored), bytesOf(stored, from(stored)));
}

export function swap(one: Select, other: Select): Change {
  return (stored) => {
    const [a, b] = [one(stored), other(stored)];
    const bytes = bytesOf(stored, a);
    stored.objects.set(a, bytesOf(stored, b));
    stored.objects.set(b, bytes);
  };
}

export function add(name: (stored: Stored) => string, content: string | Uint8Array): Change {
  return (stored) => void stored.objects.set(name(stored), Buffer.from(content));
}

export function all(...changes: Change[]): Change {
  return (stored) => {
    for (const change of changes) change(stored);
  };
}

/** A segment in the text of a playlist, counted from the end when negative: the #EXTINF and the name behind it. */
export function entry(text: string, index: number): { tag: string; uri: string; both: string } {
  const both = pick(
    [...text.matchAll(/#EXTINF:.*\n.*\n/g)].map(([match]) => match),
    index,
  );
  const end = both.indexOf("\n") + 1;
  return { tag: both.slice(0, end), uri: both.slice(end), both };
}

/** The text of a playlist at the moment when it had only so many segments. */
export function earlier(count: number): (text: string) => string {
  return (text) => text.slice(0, text.indexOf(entry(text, count).both));
}

/** The name of a playlist that the backup cloud sends again. */
export function resent(index: number, tick = "1700000000000"): Select {
  return ({ stems }) => `${stems[0]}_${tick}_${index}.m3u8`;
}

/** Whether a name ends so. */
export function ending(end: string): (name: string) => boolean {
  return (name) => name.endsWith(end);
}

export function withoutEnd(text: string): string {
  return text.replace("#EXT-X-ENDLIST\n", "");
}

export function cutOut(text: string, index: number): string {
  return text.replace(entry(text, index).both, "");
}

export function swapEntries(text: string, [one, other]: [number, number]): string {
  const [a, b] = [entry(text, one).both, entry(text, other).both];
  return text.replace(a + b, b + a);
}

/** The name of a segment a millisecond after another. */
export function twin(index: number): Select {
  return (stored) => {
    const name = segment(index)(stored);
    const utc = /\d{17}(?=\.ts$)/.exec(name)?.[0] ?? "";
    return name.replace(utc, String(BigInt(utc) + 1n));
  };
}

function bytesOf({ objects }: Stored, name: string): Uint8Array {
  const bytes = objects.get(name);
  if (bytes === undefined) throw new Error(`Cannot change "${name}": the recording has no such object`);
  return bytes;
}

function isMedia(start: string, end: string): (name: string) => boolean {
  return (name) => name.startsWith(start) && name.endsWith(end);
}

function pick(names: string[], index: number): string {
  const name = names.at(index);
  if (name === undefined) throw new Error(`Cannot change the recording: it has no ${index}th of ${names.length}`);
  return name;
}
