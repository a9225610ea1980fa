/** What a store may hold and answer: listings, playlists, media and manifests. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { parseAzurePage } from "../../src/bucket/azure/listing.ts";
import type { ListingPage } from "../../src/bucket/http/listing-page.ts";
import { parseS3Page } from "../../src/bucket/s3/listing.ts";
import { mp4MediaName, readMedia, segmentMediaName } from "../../src/emulator/recording/media.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { writeManifest } from "../../src/manifest/write-manifest.ts";
import { inspectMp4 } from "../../src/media/mp4/inspect-mp4.ts";
import { openBytes } from "../../src/verify/file-reader.ts";
import { parsePlaylist } from "../../src/media/hls/media-playlist.ts";
import { probeTransportStream } from "../../src/media/ts/segment-probe.ts";
import { manifestFacts } from "../support/recordings/manifest-facts.ts";
import { type Target, text } from "./target.ts";

const PLAYLIST = `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-ALLOW-CACHE:YES
#EXT-X-TARGETDURATION:16
#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE=AUDIO,TIME=1700000000000
#EXTINF:15.5
abc_room_20261123120000000.ts
#EXT-X-DISCONTINUITY
#EXT-X-AGORA-ROTATE:WIDTH=640,HEIGHT=360,ROTATE=0,TIME=20261123120015500
#EXTINF:10.25,
abc_room_20261123120015500.ts
#EXT-X-ENDLIST
`;

const S3_PAGE = `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>
<IsTruncated>true</IsTruncated><NextContinuationToken>abc</NextContinuationToken><Contents><Key>a%2Fb+c.ts</Key><LastModified>2026-11-23T12:00:00.000Z</LastModified>
<ETag>&quot;00&quot;</ETag><Size>5</Size></Contents><Contents><Key>d</Key><LastModified>2026-11-23T12:00:00Z</LastModified><ETag>1</ETag><Size>0</Size></Contents></ListBucketResult>`;

const AZURE_PAGE = `<?xml version="1.0"?><EnumerationResults><Prefix>a</Prefix><Blobs><Blob><Name Encoded="true">a%2Bb.ts</Name><Properties>
<Last-Modified>Mon, 23 Nov 2026 12:00:00 GMT</Last-Modified><Content-Length>5</Content-Length><Etag>0x8DB</Etag></Properties></Blob></Blobs><NextMarker>n</NextMarker></EnumerationResults>`;

const segment = await readMedia(segmentMediaName("mix", 0));
const movie = await readMedia(mp4MediaName(0));

export const storeTargets: Target[] = [
  {
    name: "playlist",
    seeds: [Buffer.from(PLAYLIST)],
    words: [
      "#EXTM3U\n",
      "#EXTINF:",
      "#EXT-X-ENDLIST\n",
      "#EXT-X-KEY:METHOD=NONE\n",
      "#EXT-X-BYTERANGE:1@0\n",
      "http://h/a.ts\n",
      "%2e%2e%2f",
    ],
    check(bytes) {
      const { segments, durationSeconds, faults } = parsePlaylist(bytes);
      const uris = new Set(segments.map(({ uri }) => uri));
      assert.equal(uris.size, segments.length, "a segment twice");
      for (const uri of uris) assert.match(uri, /^[^/\\\p{Cc}]+$/u);
      assert.ok(segments.every((each) => each.durationSeconds >= 0 && each.durationSeconds <= 86_400));
      assert.ok(Number.isFinite(durationSeconds) && faults.length <= 101);
    },
  },
  {
    name: "listing of S3",
    seeds: [Buffer.from(S3_PAGE)],
    words: [
      "<Contents>",
      "</Contents>",
      "<Key>",
      "&amp;",
      "&#0;",
      "<![CDATA[",
      "<!DOCTYPE x [<!ENTITY a 'b'>]>",
      "&a;",
      "true",
      "false",
    ],
    check: (bytes) => assertPage(parseS3Page(text(bytes))),
  },
  {
    name: "listing of Azure Blob",
    seeds: [Buffer.from(AZURE_PAGE)],
    words: ["<Blob>", "</Blob>", "<Name>", 'Encoded="true"', "&lt;", "<NextMarker />", "<Blobs />", "<!--"],
    found: ['<?xml version="n="1.0"?><EnumerationResults></EnumerationResults>'],
    check: (bytes) => assertPage(parseAzurePage(text(bytes))),
  },
  {
    name: "transport stream",
    seeds: [segment.subarray(0, 188 * 12)],
    words: ["G", "\0\0\u0001"],
    async check(bytes) {
      const { media } = await probeTransportStream(openBytes(bytes));
      const ticks = media?.firstTicks ?? 0;
      assert.ok(Number.isInteger(ticks) && ticks >= 0 && ticks < 2 ** 33);
      assert.ok((media?.streams ?? []).every(({ endSeconds }) => endSeconds === null || Number.isFinite(endSeconds)));
    },
  },
  {
    name: "MP4",
    seeds: [movie.subarray(0, 2048), Buffer.concat([movie.subarray(0, 64), movie.subarray(-1024)])],
    words: ["ftyp", "moov", "mvhd", "mdat", "free"],
    async check(bytes) {
      const { durationSeconds } = await inspectMp4(openBytes(bytes));
      assert.ok(durationSeconds === null || (Number.isFinite(durationSeconds) && durationSeconds >= 0));
    },
  },
  {
    name: "manifest",
    seeds: [writeManifest(manifestFacts()).bytes],
    words: ['"version"', '"segments"', '"key"', "null", "[]", "1e400"],
    check(bytes) {
      try {
        readManifest(bytes, createHash("sha256").update(bytes).digest("hex"));
      } catch (error) {
        assert.match(String(error), /^Error: Cannot read the manifest: /);
      }
    },
  },
];

function assertPage(page: ListingPage | undefined): void {
  for (const { key, sizeBytes, lastModified } of page?.objects ?? []) {
    assert.ok(typeof key === "string" && Number.isSafeInteger(sizeBytes) && sizeBytes >= 0);
    assert.ok(!Number.isNaN(Date.parse(lastModified)));
  }
}
