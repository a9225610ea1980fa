import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { MAX_MPD_BYTES, MAX_MPD_FILES, parseMpd } from "../../../src/media/dash/mpd.ts";

const parse = (text: string) => parseMpd(Buffer.from(text));
const checks = (text: string) => parse(text).findings.map(({ check }) => check);
const uris = (text: string) => parse(text).files.map(({ uri }) => uri);

/** A presentation with this in its one representation, or beside it. */
function mpd(inner: string, { attributes = 'mediaPresentationDuration="PT45.5S"', set = "", base = "" } = {}): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" ${attributes}>${base}
  <Period><AdaptationSet contentType="video">${set}
    <Representation id="0" mimeType="video/webm" codecs="vp8" bandwidth="400000">${inner}</Representation>
  </AdaptationSet></Period>
</MPD>`;
}

const NUMBERED = `<SegmentTemplate timescale="1000" duration="15000" startNumber="1"
  initialization="s_c_$RepresentationID$_init_vp8.webm" media="s_c_$RepresentationID$_$Number%05d$_vp8.webm"/>`;

const template = (attributes: string) => mpd(`<SegmentTemplate ${attributes}/>`);

describe("parseMpd()", () => {
  test("names the files of numbered segments, until the period ends", () => {
    const { ended, durationSeconds, files, findings } = parse(mpd(NUMBERED));
    assert.deepEqual({ ended, durationSeconds, findings }, { ended: true, durationSeconds: 45.5, findings: [] });
    assert.deepEqual(files, [
      { uri: "s_c_0_init_vp8.webm", kind: "video", role: "init", durationSeconds: null },
      { uri: "s_c_0_00001_vp8.webm", kind: "video", role: "media", durationSeconds: 15 },
      { uri: "s_c_0_00002_vp8.webm", kind: "video", role: "media", durationSeconds: 15 },
      { uri: "s_c_0_00003_vp8.webm", kind: "video", role: "media", durationSeconds: 15 },
      { uri: "s_c_0_00004_vp8.webm", kind: "video", role: "media", durationSeconds: 0.5 },
    ]);
  });

  for (const { form, text, expected } of [
    {
      form: "a template of the adaptation set, with attributes of the representation",
      text: mpd('<SegmentTemplate media="$Number$.webm" startNumber="7"/>', {
        set: '<SegmentTemplate duration="30"/>',
      }),
      expected: ["7.webm", "8.webm"],
    },
    {
      form: "a timeline with times and repeats",
      text: mpd(`<SegmentTemplate media="$Time$.webm" timescale="10"><SegmentTimeline>
        <S t="5" d="100" r="1"/><S d="50"/><S t="400" d="10"/></SegmentTimeline></SegmentTemplate>`),
      expected: ["5.webm", "105.webm", "205.webm", "400.webm"],
    },
    {
      form: "a run until the period ends",
      text: mpd(
        `<SegmentTemplate media="$Number$.webm"><SegmentTimeline><S t="0" d="20" r="-1"/></SegmentTimeline></SegmentTemplate>`,
      ),
      expected: ["1.webm", "2.webm", "3.webm"],
    },
    {
      form: "a list",
      text: mpd(
        `<SegmentList duration="15"><Initialization sourceURL="i.webm"/><SegmentURL media="a.webm"/><SegmentURL media="b.webm"/></SegmentList>`,
      ),
      expected: ["i.webm", "a.webm", "b.webm"],
    },
    {
      form: "one file",
      text: mpd("<BaseURL>./whole.webm</BaseURL><SegmentBase indexRange='0-9'/>"),
      expected: ["whole.webm"],
    },
    {
      form: "a base that is its own place",
      text: mpd(NUMBERED, { base: "<BaseURL>./</BaseURL>" }),
      expected: uris(mpd(NUMBERED)),
    },
    {
      form: "a prefix of the namespace",
      text: mpd(NUMBERED)
        .replaceAll(/<(\/?)(?=[A-Z])/g, "<$1dash:")
        .replace("xmlns=", "xmlns:dash="),
      expected: uris(mpd(NUMBERED)),
    },
  ]) {
    test(`reads ${form}`, () => {
      assert.deepEqual(checks(text), []);
      assert.deepEqual(uris(text), expected);
    });
  }

  test("takes a dynamic presentation for one that has not ended", () => {
    assert.equal(parse(mpd(NUMBERED).replace("static", "dynamic")).ended, false);
  });

  for (const { fault, text, expected } of [
    { fault: "an empty object", text: "", expected: ["mpd-unreadable"] },
    { fault: "a text", text: "#EXTM3U", expected: ["mpd-unreadable"] },
    { fault: "a document that is cut", text: mpd(NUMBERED).slice(0, -10), expected: ["mpd-unreadable"] },
    { fault: "another document", text: "<Error/>", expected: ["mpd-unreadable"] },
    { fault: "a presentation of nothing", text: "<MPD/>", expected: ["mpd-without-media"] },
    {
      fault: "names with a path",
      text: template('media="a/$Number$.webm" duration="30"'),
      expected: ["mpd-uri-refused", "mpd-without-media"],
    },
    {
      fault: "an id with a path",
      text: mpd(NUMBERED).replace('id="0"', 'id="../0"'),
      expected: ["mpd-uri-refused", "mpd-without-media"],
    },
    {
      fault: "another place as the base",
      text: mpd(NUMBERED, { base: "<BaseURL>http://x/</BaseURL>" }),
      expected: ["mpd-uri-refused", "mpd-without-media"],
    },
    {
      fault: "a place on the same host",
      text: mpd("<BaseURL>//x/a.webm</BaseURL>"),
      expected: ["mpd-uri-refused", "mpd-without-media"],
    },
    {
      fault: "an unknown identifier",
      text: template('media="$Secret$.webm" duration="30"'),
      expected: ["mpd-template-invalid", "mpd-without-media"],
    },
    {
      fault: "an identifier that is not closed",
      text: template('media="$Number.webm" duration="30"'),
      expected: ["mpd-template-invalid", "mpd-without-media"],
    },
    {
      fault: "a width of a million",
      text: template('media="$Number%01000000d$" duration="30"'),
      expected: ["mpd-template-invalid", "mpd-without-media"],
    },
    {
      fault: "no template for media",
      text: template('duration="30"'),
      expected: ["mpd-template-invalid", "mpd-without-media"],
    },
    { fault: "no length", text: template('media="$Number$"'), expected: ["mpd-timeline-invalid", "mpd-without-media"] },
    { fault: "no length of the period", text: mpd(NUMBERED, { attributes: "" }), expected: ["mpd-timeline-invalid"] },
    {
      fault: "parts of a file",
      text: mpd('<SegmentList><SegmentURL media="a.webm" mediaRange="0-9"/></SegmentList>'),
      expected: ["mpd-unsupported"],
    },
    {
      fault: "a billion numbers",
      text: template('media="$Number$" duration="1" timescale="1000000000"'),
      expected: ["mpd-too-many-files"],
    },
    {
      fault: "a billion repeats",
      text: mpd(
        `<SegmentTemplate media="$Time$"><SegmentTimeline><S d="1" r="999999999999"/></SegmentTimeline></SegmentTemplate>`,
      ),
      expected: ["mpd-too-many-files"],
    },
    {
      fault: "an entity that grows",
      text: `<!DOCTYPE MPD [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><MPD><Period>&b;</Period></MPD>`,
      expected: ["mpd-unreadable"],
    },
    {
      fault: "an external entity",
      text: `<!DOCTYPE MPD [<!ENTITY a SYSTEM "file:///etc/passwd">]><MPD>&a;</MPD>`,
      expected: ["mpd-unreadable"],
    },
    {
      fault: "a hundred thousand levels",
      text: `<MPD>${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}</MPD>`,
      expected: ["mpd-unreadable"],
    },
  ]) {
    test(`finds ${fault}`, () => {
      assert.deepEqual(checks(text), expected);
      assert.ok(parse(text).files.length <= MAX_MPD_FILES);
    });
  }

  test("refuses a document of more bytes than the limit unread", () => {
    assert.deepEqual(parseMpd(new Uint8Array(MAX_MPD_BYTES + 1)).findings[0]?.observed, `${MAX_MPD_BYTES + 1} bytes`);
  });

  test("a template without a number gives one name", () => {
    assert.deepEqual(uris(template('media="same.webm" duration="1"')), ["same.webm"]);
  });

  test("takes any bytes, and names nothing elsewhere", () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("$Number$", "../", "http://x/", "$RepresentationID$", "%2e%2e", "\\"),
    );
    const attribute = fc.array(text, { maxLength: 4 }).map((parts) => parts.join("").replaceAll(/["<&]/g, ""));
    fc.assert(
      fc.property(fc.uint8Array(), attribute, attribute, (bytes, media, base) => {
        parseMpd(bytes);
        const document = mpd(
          `<BaseURL>${base.replaceAll(">", "")}</BaseURL><SegmentTemplate media="${media}" duration="20"/>`,
        );
        for (const uri of uris(document)) assert.doesNotMatch(decodeURIComponent(encodeURI(uri)), /[/\\?#\0]/);
      }),
    );
  });
});
