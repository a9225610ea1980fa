import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { takeInventory } from "../../src/inventory/inventory.ts";
import type { Expectation } from "../../src/recording/types.ts";
import {
  expectation,
  playlist,
  scanOf,
  segmentNames,
  segments,
  SID,
  STEM,
  track,
} from "../support/recordings/scans.ts";

type Objects = Record<string, string | number>;

function take(objects: Objects, changes: Partial<Expectation> = {}) {
  return takeInventory(scanOf(objects, changes), expectation(changes));
}

function without(objects: Objects, ...gone: string[]): Objects {
  return Object.fromEntries(Object.entries(objects).filter(([key]) => !gone.includes(key)));
}

function checksOf({ problems }: ReturnType<typeof take>): string[] {
  return problems.map(({ check }) => check);
}

const user = (uid: string) => `${STEM}__uid_s_${uid}__uid_e`;
const name = (key: string) => key.slice(key.lastIndexOf("/") + 1);

/** The name of a codec comes last. */
function rawTrack(uid: string, count = 2): Objects {
  const names = segmentNames(user(uid), count).map((each) => each.replace(".ts", "_h264.ts"));
  return {
    [`${user(uid)}_h264.m3u8`]: playlist(names),
    ...Object.fromEntries(names.map((each) => [`a/${each}`, 188])),
  };
}

function mpd(...uris: string[]): string {
  const list = uris.map((uri) => `<SegmentURL media="${uri}"/>`).join("");
  return `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT30S"><Period><AdaptationSet mimeType="video/webm"><Representation id="0"><SegmentList duration="15">${list}</SegmentList></Representation></AdaptationSet></Period></MPD>`;
}

const kinds = (uid: string, type: string) => `${user(uid)}_${type}`;
const masterOf = (audio: string, video: string, end = "\n") =>
  [
    "#EXTM3U",
    "#EXT-X-VERSION:4",
    "# Audio",
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",AUTOSELECT=YES,DEFAULT=YES,URI="${audio}.m3u8"`,
    "# Video",
    `#EXT-X-STREAM-INF:BANDWIDTH=500000,AUDIO="audio"`,
    `${video}.m3u8`,
    "",
  ].join(end);

describe("mode raw", () => {
  const changes: Partial<Expectation> = { mode: "raw", uids: ["110"] };
  const webm = [0, 1].map((stream) => `${user("111")}_${stream}_1_vp8.webm`);
  const dash: Objects = {
    [`${user("111")}_vp8.mpd`]: mpd(...webm.map(name)),
    ...Object.fromEntries(webm.map((key) => [key, 900])),
  };

  test("holds playlists, MP4s, MP3s, snapshots and DASH of each user", () => {
    const objects = {
      ...rawTrack("110"),
      [`${user("110")}_0_h264.mp4`]: 900,
      [`${user("110")}_1_h264.mp4`]: 900,
      [`${user("110")}_0_aac.mp3`]: 900,
      [`${user("110")}_20240203052751685.jpg`]: 90,
      ...dash,
    };
    const inventory = take(objects, { mode: "raw", uids: ["110", "111"], expect: ["hls", "mp4", "mp3"] });
    assert.partialDeepStrictEqual(inventory, { complete: true, problems: [], unrecognized: [] });
    assert.partialDeepStrictEqual(inventory.totals, { playlists: 2, segments: 4, mp4s: 2, mp3s: 1, snapshots: 1 });
  });

  for (const { what, objects, check, waitingFor, changes: more = {} } of [
    {
      what: "a segment",
      objects: without(rawTrack("110"), `${user("110")}_20240203052806685_h264.ts`),
      check: "segment-missing",
      waitingFor: `segment ${name(user("110"))}_20240203052806685_h264.ts`,
    },
    {
      what: "the playlist of segments",
      objects: without(rawTrack("110"), `${user("110")}_h264.m3u8`),
      check: "playlist-missing",
      waitingFor: `playlist ${name(user("110"))}_h264.m3u8`,
    },
    {
      what: "an MP4 below another",
      objects: { ...rawTrack("110"), [`${user("110")}_1_h264.mp4`]: 900 },
      check: "mp4-missing",
      waitingFor: `MP4 ${name(user("110"))}_0_h264.mp4`,
    },
    { what: "a user", objects: rawTrack("112"), check: "track-missing", waitingFor: "a track of user 110" },
    {
      what: "WebM that an MPD names",
      objects: { ...rawTrack("110"), ...without(dash, webm[1] ?? "") },
      check: "segment-missing",
      waitingFor: `segment ${name(webm[1] ?? "")}`,
    },
    {
      what: "the MPD of WebM",
      objects: { ...rawTrack("110"), ...without(dash, `${user("111")}_vp8.mpd`) },
      check: "playlist-missing",
      waitingFor: `playlist ${name(user("111"))}_vp8.mpd`,
    },
    {
      what: "the snapshot of a user with pictures",
      objects: { ...rawTrack("110"), ...rawTrack("112"), [`${user("112")}_20240203052751685.jpg`]: 90 },
      check: "snapshot-missing",
      waitingFor: "a snapshot of user 110",
      changes: { expect: ["hls", "snapshots"] } satisfies Partial<Expectation>,
    },
  ]) {
    test(`waits for ${what}`, () => {
      const inventory = take(objects, { ...changes, ...more });
      assert.equal(inventory.complete, false);
      assert.deepEqual(inventory.waitingFor, [waitingFor]);
      assert.equal(inventory.problems[0]?.check, check);
    });
  }

  test("finds an orphan, a gap and wrong order by the times before the codec", () => {
    const [first = "", second = "", third = ""] = segmentNames(user("110"), 3).map((each) =>
      each.replace(".ts", "_h264.ts"),
    );
    const list = `${user("110")}_h264.m3u8`;
    const all = { [`a/${first}`]: 188, [`a/${second}`]: 188, [`a/${third}`]: 188 };
    assert.deepEqual(checksOf(take({ ...all, [list]: playlist([first, third]) }, changes)), [
      "segment-orphan",
      "segment-gap",
    ]);
    assert.deepEqual(
      checksOf(take({ ...all, [list]: playlist([second, first, third]) }, changes)).includes("segment-names-order"),
      true,
    );
  });

  test("does not wait for the pictures of an MPD's sound under another codec's name", () => {
    const sound = `${user("111")}_1_1_opus.webm`;
    const objects = {
      [`${user("111")}_vp8.mpd`]: mpd(name(webm[0] ?? ""), name(sound)),
      [webm[0] ?? ""]: 9,
      [sound]: 9,
    };
    assert.deepEqual(checksOf(take(objects, { mode: "raw", uids: ["111"] })), []);
    const orphan = { ...objects, [`${user("111")}_1_2_opus.webm`]: 9 };
    assert.deepEqual(checksOf(take(orphan, { mode: "raw", uids: ["111"] })), ["segment-orphan"]);
  });

  for (const { what, text, check } of [
    { what: "no XML", text: "<MPD", check: "mpd-unreadable" },
    {
      what: "an entity bomb",
      text: `<!DOCTYPE MPD [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><MPD>&b;</MPD>`,
      check: "mpd-unreadable",
    },
    { what: "a URL", text: mpd("https://example.com/a.webm"), check: "mpd-uri-refused" },
    { what: "a path", text: mpd("../a.webm"), check: "mpd-uri-refused" },
  ]) {
    test(`names ${what} in an MPD, and looks for nothing outside the prefix`, () => {
      const inventory = take({ ...rawTrack("110"), [`${user("111")}_vp8.mpd`]: text }, changes);
      assert.ok(checksOf(inventory).includes(check));
      assert.ok(inventory.playlists.every(({ missing }) => missing.every((key) => key.startsWith(`a/${SID}`))));
    });
  }
});

describe("stream mode standard", () => {
  const changes: Partial<Expectation> = { mode: "individual", uids: ["110"] };
  const [audio, video] = [kinds("110", "audio"), kinds("110", "video")];
  const master = { [`${kinds("110", "av")}.m3u8`]: masterOf(name(audio), name(video)) };

  for (const end of ["\n", "\r\n"]) {
    test(`needs no end tag in a playlist of playlists (${JSON.stringify(end)})`, () => {
      const text = masterOf(name(audio), name(video), end);
      const inventory = take({ ...track(audio), ...track(video), [`${kinds("110", "av")}.m3u8`]: text }, changes);
      assert.partialDeepStrictEqual(inventory, { complete: true, problems: [] });
      assert.partialDeepStrictEqual(inventory.totals, { playlists: 3, segments: 4, durationSeconds: 30 });
    });
  }

  for (const { what, objects, checks, complete } of [
    { what: "a user who only spoke", objects: track(audio), checks: ["track-not-had"], complete: true },
    { what: "a user who sent no sound", objects: track(video), checks: ["track-not-had"], complete: true },
    { what: "neither track", objects: {}, checks: ["playlist-missing"], complete: false },
    {
      what: "segments of a track without its playlist",
      objects: { ...track(audio), ...segments(video, 2) },
      checks: ["playlist-missing"],
      complete: false,
    },
  ]) {
    test(`judges ${what}`, () => {
      const inventory = take({ ...master, ...objects }, changes);
      assert.deepEqual({ checks: checksOf(inventory), complete: inventory.complete }, { checks, complete });
    });
  }

  test("names another user's playlist in it", () => {
    const other = kinds("7", "video");
    const objects = {
      ...track(audio),
      ...track(other),
      [`${kinds("110", "av")}.m3u8`]: masterOf(name(audio), name(other)),
    };
    assert.deepEqual(checksOf(take(objects, changes)), ["playlist-foreign"]);
  });

  const webm = { [audio]: `${audio}_20240203052751685.webm`, [video]: `${video}_20240203052751685.webm` };
  const files = Object.fromEntries(Object.values(webm).map((key) => [key, 900]));
  const merged = { [`${kinds("110", "av")}.mpd`]: mpd(...Object.values(webm).map(name)) };

  test("takes an MPD alone, with playlists beside it, and with a playlist of playlists", () => {
    const playlists = Object.fromEntries(
      Object.entries(webm).map(([stem, key]) => [`${stem}.m3u8`, playlist([name(key)])]),
    );
    const alone = take({ ...merged, ...files }, changes);
    assert.deepEqual(checksOf(alone), []);
    assert.partialDeepStrictEqual(alone.totals, { playlists: 1, segments: 2, durationSeconds: 30 });
    const both = take({ ...merged, ...files, ...playlists, ...master }, changes);
    assert.deepEqual(checksOf(both), []);
    assert.partialDeepStrictEqual(both.totals, { playlists: 4, segments: 2, durationSeconds: 15, files: 6 });
  });

  test("waits for each WebM that an MPD names, and once", () => {
    const [first = ""] = Object.keys(files);
    const inventory = take({ ...merged, ...without(files, first) }, changes);
    assert.deepEqual(inventory.waitingFor, [`segment ${name(first)}`]);
  });

  test("waits for the sound that uids demands of a user who has only pictures", () => {
    const tracks = [{ uid: "110", tracks: ["audio" as const, "video" as const] }];
    const inventory = take(track(video), { ...changes, tracks });
    assert.deepEqual(inventory.waitingFor, ["sound of user 110"]);
    assert.deepEqual(take({ ...track(video), ...track(audio) }, { ...changes, tracks }).problems, []);
  });
});

describe("other names", () => {
  test("takes MP4s of a user by their number, and sound alone of all", () => {
    const objects = {
      ...track(`${user("110")}_audio`),
      [`${user("110")}_0.mp4`]: 900,
      [`${user("110")}_1.mp4`]: 900,
      [`${STEM}_0.mp3`]: 900,
      [`${STEM}_0.m4a`]: 900,
      [`${STEM}_0.aac`]: 900,
    };
    const inventory = take(objects, { mode: "individual", uids: ["110"], expect: ["hls", "mp4", "mp3"] });
    assert.partialDeepStrictEqual(inventory, { complete: true, problems: [], unrecognized: [] });
    assert.partialDeepStrictEqual(inventory.totals, { mp4s: 2, mp3s: 3 });
  });

  for (const ending of ["mp3", "m4a", "aac"]) {
    test(`meets the demand for sound alone with ${ending}, and waits for a number below it`, () => {
      const mp3 = { expect: ["mp3"] } satisfies Partial<Expectation>;
      assert.deepEqual(take({}, mp3).waitingFor, ["an MP3"]);
      assert.deepEqual(take({ [`${STEM}_0.${ending}`]: 9 }, mp3).problems, []);
      assert.deepEqual(take({ [`${STEM}_1.${ending}`]: 9 }, mp3).waitingFor, [`MP3 ${SID}_room_0.${ending}`]);
      assert.deepEqual(checksOf(take({ [`${STEM}_0.${ending}`]: 0 }, mp3)), ["mp3-empty"]);
    });
  }

  test("takes a number with more missing below it than there are for none of a series", () => {
    const objects = { ...track(STEM), [`${STEM}_0.mp4`]: 9, [`${STEM}_720.mp4`]: 9, [`${STEM}_1080.mp4`]: 9 };
    const inventory = take(objects);
    assert.deepEqual(inventory.problems, []);
    assert.deepEqual(
      inventory.unrecognized.map(({ key }) => key),
      [`${STEM}_1080.mp4`, `${STEM}_720.mp4`],
    );
    assert.deepEqual(take({ ...track(STEM), [`${STEM}_720.mp4`]: 9 }, { expect: ["mp4"] }).waitingFor, ["an MP4"]);
  });

  for (const { cname, spelled } of [
    { cname: "lesson.7", spelled: "lesson-7" },
    { cname: "class{3A}", spelled: "class-3A-" },
    { cname: "课室课😀", spelled: "-----" },
    { cname: "课室课😀", spelled: "----" },
    { cname: "课室课😀", spelled: "-------------" },
  ]) {
    for (const mode of ["mix", "web"] as const) {
      test(`finds ${cname} as ${spelled} in mode ${mode}`, () => {
        assert.deepEqual(take(track(`a/${SID}_${spelled}`), { cname, mode }).problems, []);
      });
    }
  }

  for (const cname of ["lesson#7", "what now?", "50%", "a%2Fb", "a b#?%25"]) {
    test(`takes the name of channel ${cname} as its playlist writes it`, () => {
      assert.deepEqual(take(track(`a/${SID}_${cname}`), { cname }).problems, []);
      const stem = `a/${SID}_${cname}__uid_s_1__uid_e_audio`;
      assert.deepEqual(take(track(stem), { cname, mode: "individual", uids: ["1"] }).problems, []);
    });
  }

  test("reads segments with 13 digits", () => {
    const names = [0, 1, 2].map((index) => `${SID}_room_${1_627_613_641_393 + index * 15_000}.ts`);
    const all = Object.fromEntries(names.map((each) => [`a/${each}`, 188]));
    assert.deepEqual(take({ [`${STEM}.m3u8`]: playlist(names), ...all }, { mode: "web" }).problems, []);
    const gap = playlist([names[0] ?? "", names[2] ?? ""]);
    assert.deepEqual(checksOf(take({ [`${STEM}.m3u8`]: gap, ...without(all, `a/${names[1]}`) }, { mode: "web" })), [
      "segment-gap",
    ]);
  });

  test("takes a named file with a leading slash for the key without it", () => {
    const named = [{ name: `/a/${SID}_room.m3u8` }, { name: `/${SID}_room_0.mp4` }];
    assert.deepEqual(take({ ...track(STEM), [`${STEM}_0.mp4`]: 9 }, { named }).problems, []);
    assert.deepEqual(checksOf(take(track(STEM), { named })), ["named-file-missing"]);
  });
});
