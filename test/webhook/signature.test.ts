import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { isSigned } from "../../src/webhook/signature.ts";

/** The example of AgoraIO/Docs-Source, shared/notification-center-service/signature-verification.mdx, with the body to which its digests belong. */
const PUBLISHED = {
  secret: "secret",
  body: '{"eventMs":1560408533119,"eventType":10,"noticeId":"4eb720f0-8da7-11e9-a43e-53f411c2761f","notifyMs":1560408533119,"payload":{"a":"1","b":2},"productId":1}',
  sha1: "033c62f40f687675f17f0f41f91a40c71c0f134c",
  sha256: "6d3320c60b11101395b7fc8f9068748808a0aa1bfa064438e39d1bc2c7d74d99",
};

function verify(changes: { body?: string | Uint8Array; signature?: string | null; secret?: string } = {}): boolean {
  const { body = PUBLISHED.body, signature = PUBLISHED.sha256, secret = PUBLISHED.secret } = changes;
  return isSigned(typeof body === "string" ? new TextEncoder().encode(body) : body, { signature, secret });
}

describe("isSigned()", () => {
  test("accepts Agora's published example, in either case", () => {
    assert.equal(verify(), true);
    assert.equal(verify({ signature: PUBLISHED.sha256.toUpperCase() }), true);
  });

  test("refuses every other body, the same JSON with other bytes included", () => {
    for (const body of [
      "",
      `${PUBLISHED.body} `,
      PUBLISHED.body.replace('"b":2', '"b":3'),
      JSON.stringify(JSON.parse(PUBLISHED.body), undefined, 1),
    ]) {
      assert.equal(verify({ body }), false);
    }
  });

  test("refuses another secret", () => {
    assert.equal(verify({ secret: "Secret" }), false);
    assert.equal(verify({ secret: "" }), false);
  });

  for (const [name, signature] of [
    ["none", null],
    ["an empty one", ""],
    ["the SHA-1 of the same body", PUBLISHED.sha1],
    ["one digit less", PUBLISHED.sha256.slice(1)],
    ["one digit more", `${PUBLISHED.sha256}0`],
    ["another last digit", `${PUBLISHED.sha256.slice(0, -1)}8`],
    ["no hex digits", "z".repeat(64)],
    ["many bytes", "a".repeat(100_000)],
  ] as const) {
    test(`refuses as signature: ${name}`, () => assert.equal(verify({ signature }), false));
  }

  test("signs bytes, not text: an invalid UTF-8 body has its own signature", () => {
    const replaced = new TextEncoder().encode("\uFFFD");
    const signature = "6d3320c60b11101395b7fc8f9068748808a0aa1bfa064438e39d1bc2c7d74d99";
    assert.equal(verify({ body: new Uint8Array([0xff]), signature }), false);
    assert.equal(verify({ body: replaced, signature }), false);
  });
});
