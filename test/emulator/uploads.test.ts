import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test, type TestContext } from "node:test";

import { parse } from "hls-parser";

import type { Bucket } from "../../src/bucket/bucket.ts";
import type { RecordOptions } from "../../src/emulator/recording/record.ts";
import type { Scenario } from "../../src/emulator/scenarios.ts";
import { emulate, stop, stopInSync } from "./caller.ts";

// Names and playlists: https://docs.agora.io/en/cloud-recording/develop/manage-files

const TEN_MS = { afterMs: 10 };

describe("uploads by mode", () => {
  test("a mix is one playlist, its segments by UTC, and MP4s by index", async (t) => {
    const { names, stem } = await recordAll(t, { scenario: "two-mp4s" });
    assert.deepEqual(count(names, stem), { ".m3u8": 1, "_<utc>.ts": 12, "_<index>.mp4": 2 });
    assert.ok(names.has(`${stem}_0.mp4`) && names.has(`${stem}_1.mp4`));
  });

  test("individual mode has a playlist for each user's audio and video, and no MP4", async (t) => {
    const { names, stem } = await recordAll(t, { mode: "individual", scenario: "mp4" });
    const expected = ["123", "456"].flatMap((uid) =>
      ["audio", "video"].flatMap((type) => [
        [`__uid_s_${uid}__uid_e_${type}.m3u8`, 1],
        [`__uid_s_${uid}__uid_e_${type}_<utc>.ts`, 6],
      ]),
    );
    assert.deepEqual(count(names, stem), Object.fromEntries(expected));
  });

  test("names have 13 digits where a scenario asks for Unix time", async (t) => {
    const { names } = await recordAll(t, { mode: "web", scenario: "unix-times" });
    const segments = [...names].filter((name) => name.endsWith(".ts"));
    assert.equal(segments.length, 6);
    assert.ok(segments.every((name) => /_\d{13}\.ts$/.test(name)));
  });

  test("stream mode standard merges the tracks of each user, in an MPD those of a web sender", async (t) => {
    const { names, stem, last } = await recordAll(t, { mode: "individual", scenario: "standard-web-sender" });
    const expected = ["audio", "video"].flatMap((type) => [
      [`__uid_s_123__uid_e_${type}.m3u8`, 1],
      [`__uid_s_123__uid_e_${type}_<utc>.ts`, 6],
      [`__uid_s_456__uid_e_${type}.m3u8`, 1],
      [`__uid_s_456__uid_e_${type}_<utc>.webm`, 6],
    ]);
    const merged = { "__uid_s_123__uid_e_av.m3u8": 1, "__uid_s_456__uid_e_av.mpd": 1 };
    assert.deepEqual(count(names, stem), { ...Object.fromEntries(expected), ...merged });

    const master = parse(last("123__uid_e_av.m3u8").text);
    assert.ok(master.isMasterPlaylist);
    assert.deepEqual(
      master.variants.map(({ uri }) => uri),
      [`${stem}__uid_s_123__uid_e_video.m3u8`],
    );
    const { text } = last("456__uid_e_av.mpd");
    assert.ok([...names].filter((name) => name.endsWith(".webm")).every((name) => text.includes(`media="${name}"`)));
  });

  test("a user who sent sound alone has no pictures, and a merged playlist that names some", async (t) => {
    const { names, stem, last } = await recordAll(t, { mode: "individual", scenario: "standard-sound-only" });
    const video = `${stem}__uid_s_456__uid_e_video.m3u8`;
    assert.ok(!names.has(video) && last("456__uid_e_av.m3u8").text.includes(video));
  });

  test("snapshots are pictures by user and UTC, with no playlist", async (t) => {
    const { names, stem } = await recordAll(t, { mode: "individual", scenario: "snapshots" });
    const expected = { "__uid_s_123__uid_e_video_<utc>.jpg": 2, "__uid_s_456__uid_e_video_<utc>.jpg": 2 };
    assert.deepEqual(count(names, stem), expected);
  });

  test("web mode writes a dash for what is special in a channel's name, the others keep it", async (t) => {
    const web = await recordAll(t, { mode: "web", cname: "a_b c" });
    assert.deepEqual(count(web.names, `${web.recorded.sid}_a-b-c`), { ".m3u8": 1, "_<utc>.ts": 6 });
    const mix = await recordAll(t, { cname: "a_b c" });
    assert.deepEqual(count(mix.names, `${mix.recorded.sid}_a_b c`), { ".m3u8": 1, "_<utc>.ts": 6 });
  });

  test("nothing was recorded, nothing is uploaded", async (t) => {
    const { puts } = await recordAll(t, { scenario: { files: ["hls", "mp4"], segments: 0 } });
    assert.deepEqual(puts, []);
  });
});

describe("the playlist", () => {
  test("is overwritten as it grows, ends last, and never names a segment that is not there", async (t) => {
    const { puts, stem } = await recordAll(t, {});
    const there = new Set<string>();
    const seen: number[] = [];
    for (const { name, text } of puts) {
      there.add(name);
      if (name !== `${stem}.m3u8`) continue;
      const { uris, ended } = readPlaylist(text);
      assert.ok(uris.every((uri) => there.has(uri)));
      seen.push(ended ? -1 : uris.length);
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, -1]);
  });

  test("before the stop holds what was uploaded until then, without an end", async (t) => {
    const puts: Put[] = [];
    const third = Promise.withResolvers<void>();
    const bucket = recorder(puts, () => puts.length === 6 && third.resolve());
    const emulator = await emulate(t, { bucket });
    const recorded = await emulator.record({ scenario: { segmentsBeforeStop: 3 } });
    await third.promise;
    assert.equal(puts.length, 6);
    assert.deepEqual(readPlaylist(puts.at(-1)?.text ?? "").uris.length, 3);
    await stopInSync(emulator, recorded);
    assert.ok(readPlaylist(puts.at(-1)?.text ?? "").ended);
  });

  test("has Agora's tags, and the comma of RFC 8216 only when asked for", async (t) => {
    const { text } = (await recordAll(t, {})).last(".m3u8");
    assert.match(text, /^#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-ALLOW-CACHE:YES\n/);
    assert.match(text, /\n#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE=VIDEO,TIME=\d{17}\n/);
    assert.match(text, /\n#EXTINF:1\.920000\n/);
    const asked = (await recordAll(t, { scenario: { extinfComma: true } })).last(".m3u8");
    assert.match(asked.text, /\n#EXTINF:1\.920000,\n/);
  });

  test("gives durations that lead from one segment's name to the next, none in the future", async (t) => {
    const { text } = (await recordAll(t, {})).last(".m3u8");
    const { playlist } = readPlaylist(text);
    const times = playlist.segments.map(({ uri }) => timeOf(uri));
    for (const [index, { duration }] of playlist.segments.entries()) {
      assert.equal((times[index] ?? 0) + duration * 1000, times[index + 1] ?? Math.max(...times) + 1920);
    }
    assert.ok(Math.max(...times) < Date.now());
  });
});

describe("pathologies", () => {
  test("backuped: a short playlist without end, then the late segments and a renamed playlist", async (t) => {
    const scenario = { backup: { parts: [3, 4, 5], ...TEN_MS, resent: 1 } } satisfies Partial<Scenario>;
    const { puts, names, stem, last } = await recordAll(t, { scenario });
    const plain = readPlaylist(last(`${stem}.m3u8`).text);
    assert.deepEqual({ uris: plain.uris.length, ended: plain.ended }, { uris: 3, ended: false });

    const resent = puts.at(-1);
    assert.match(resent?.name ?? "", /_\d{13}_0\.m3u8$/);
    const complete = readPlaylist(resent?.text ?? "");
    assert.deepEqual({ uris: complete.uris.length, ended: complete.ended }, { uris: 6, ended: true });
    assert.ok(complete.uris.every((uri) => names.has(uri)));
  });

  test("backuped thrice: only the highest index is complete", async (t) => {
    const scenario = { backup: { parts: [3, 4, 5], ...TEN_MS, resent: 3 } } satisfies Partial<Scenario>;
    const { puts } = await recordAll(t, { scenario });
    const resent = puts.slice(-3).map(({ name, text }) => [name.at(-6), readPlaylist(text).ended]);
    assert.deepEqual(resent, [
      ["0", false],
      ["1", false],
      ["2", true],
    ]);
  });

  test("backup of all that one user said: no plain playlist of hers, the other's is complete", async (t) => {
    const scenario = { backup: { parts: ["uid:456" as const], ...TEN_MS, resent: 1 } };
    const { names, stem, last } = await recordAll(t, { mode: "individual", scenario });
    assert.ok(readPlaylist(last(`${stem}__uid_s_123__uid_e_audio.m3u8`).text).ended);
    assert.ok(!names.has(`${stem}__uid_s_456__uid_e_audio.m3u8`));
    assert.ok(readPlaylist(last("_0.m3u8").text).ended);
  });

  test("failover: a second set goes on where the first breaks off without an end", async (t) => {
    const { stem, last } = await recordAll(t, { scenario: "failover" });
    const [first, second] = [readPlaylist(last(`/${stem}.m3u8`).text), readPlaylist(last(`/bak0_${stem}.m3u8`).text)];
    assert.deepEqual({ uris: first.uris.length, ended: first.ended }, { uris: 6, ended: false });
    assert.deepEqual({ uris: second.uris.length, ended: second.ended }, { uris: 6, ended: true });
    assert.ok(second.uris.every((uri) => uri.startsWith(`bak0_${stem}_`)));
    assert.equal(timeOf(first.uris.at(-1) ?? "") + 1920, timeOf(second.uris[0] ?? ""));
  });

  const losses: {
    name: string;
    scenario: Partial<Scenario>;
    missing: number;
    playlist: "ended" | "unfinished" | "none";
  }[] = [
    { name: "a lost segment is named all the same", scenario: { lost: [3] }, missing: 1, playlist: "ended" },
    {
      name: "a lost end leaves the growing playlist",
      scenario: { lost: ["playlist"] },
      missing: 0,
      playlist: "unfinished",
    },
    {
      name: "a playlist can be lost as a whole",
      scenario: { lost: ["playlist"], growingPlaylist: false },
      missing: 6,
      playlist: "none",
    },
  ];
  for (const { name, scenario, missing, playlist } of losses) {
    test(name, async (t) => {
      const { names, stem, last } = await recordAll(t, { scenario });
      if (playlist === "none") return assert.deepEqual(count(names, stem), { "_<utc>.ts": missing });
      const { uris, ended } = readPlaylist(last(".m3u8").text);
      assert.equal(uris.filter((uri) => !names.has(uri)).length, missing);
      assert.equal(ended, playlist === "ended");
    });
  }

  test("late segments come after the final playlist that names them, before a sync stop is answered", async (t) => {
    const puts: Put[] = [];
    const emulator = await emulate(t, { bucket: recorder(puts) });
    const recorded = await emulator.record({ scenario: { late: { parts: [4, 5], ...TEN_MS } } });
    await stopInSync(emulator, recorded);
    const end = puts.findIndex(({ text }) => text.includes("#EXT-X-ENDLIST"));
    assert.equal(puts.slice(end + 1).filter(({ name }) => name.endsWith(".ts")).length, 2);
  });

  test("an empty segment has no bytes, a damaged one stops within a packet, the others are the files of media/", async (t) => {
    const { puts } = await recordAll(t, { scenario: { empty: [1], damaged: [2] } });
    const segments = puts.filter(({ name }) => name.endsWith(".ts"));
    assert.equal(segments[1]?.bytes.length, 0);
    assert.notEqual((segments[2]?.bytes.length ?? 0) % 188, 0);
    const media = await readFile(new URL("../../src/emulator/media/mix-03.mpegts", import.meta.url));
    assert.deepEqual(new Uint8Array(segments[3]?.bytes ?? []), new Uint8Array(media));
  });

  for (const segmentsBeforeStop of [0, 6]) {
    test(`closing ends uploads that wait for a stop after ${segmentsBeforeStop} segments, and rejects their promise`, async (t) => {
      const emulator = await emulate(t, { bucket: recorder([]) });
      const recorded = await emulator.record({ scenario: { segmentsBeforeStop } });
      const waiting = assert.rejects(emulator.whenUploaded(recorded.sid));
      await emulator.close();
      await waiting;
    });
  }
});

type Put = { name: string; bytes: Uint8Array; text: string };

/** Records and stops under the prefix `a/b/`, waits for the last upload, and gives every write in its order. */
async function recordAll(t: TestContext, options: RecordOptions) {
  const puts: Put[] = [];
  const emulator = await emulate(t, { bucket: recorder(puts) });
  const recorded = await emulator.record({ ...options, fileNamePrefix: ["a", "b"] });
  await stop(emulator, recorded);
  await emulator.whenUploaded(recorded.sid);

  const here = puts.map((put) => ({ ...put, name: put.name.replace(/^a\/b\//, "") }));
  const last = (ending: string) =>
    here.findLast(({ name }) => `/${name}`.endsWith(ending)) ?? assert.fail(`no ${ending}`);
  return {
    recorded,
    puts: here,
    names: new Set(here.map(({ name }) => name)),
    stem: `${recorded.sid}_${recorded.cname}`,
    last,
  };
}

/** A bucket that remembers every write, because a store shows no order. */
function recorder(puts: Put[], written: () => unknown = () => undefined): Bucket {
  return {
    name: "recorder",
    list: unused,
    head: unused,
    get: unused,
    async put(name, bytes) {
      puts.push({ name, bytes, text: new TextDecoder().decode(bytes) });
      written();
      return "written";
    },
  };
}

async function unused(): Promise<never> {
  return assert.fail("the emulator only writes");
}

/** How many names there are of each form behind the stem. */
function count(names: Set<string>, stem: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) {
    assert.ok(name.startsWith(stem), name);
    const form = name
      .slice(stem.length)
      .replace(/_\d{17}\./, "_<utc>.")
      .replace(/_\d\.mp4/, "_<index>.mp4");
    counts[form] = (counts[form] ?? 0) + 1;
  }
  return counts;
}

function readPlaylist(text: string) {
  const playlist = parse(text);
  assert.ok(!playlist.isMasterPlaylist);
  return { playlist, uris: playlist.segments.map(({ uri }) => uri), ended: playlist.endlist };
}

function timeOf(name: string): number {
  const digits = /_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})\.ts$/.exec(name)?.slice(1).map(Number) ?? [];
  const [year = 0, month = 0, ...rest] = digits;
  return Date.UTC(year, month - 1, ...rest);
}
