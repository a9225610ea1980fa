// Runs on Node alone: it reads files of deploy/
import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { test } from "node:test";

import { parse } from "yaml";
import { z } from "zod";

const DEPLOY = new URL("../../../deploy/", import.meta.url);
const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      depends_on: z.record(z.string(), z.unknown()).default({}),
      volumes: z.array(z.string()).default([]),
      ports: z.array(z.string()).default([]),
    }),
  ),
});

const text = await readFile(new URL("compose.yaml", DEPLOY), "utf8");
const { services } = Compose.parse(parse(text, { merge: true }));

test("each variable of compose.yaml is in example.env, or has a default", async () => {
  const example = await readFile(new URL("example.env", DEPLOY), "utf8");
  const needed = [...text.matchAll(/\$\{(\w+):\?\}/g)].map(([, name = ""]) => name);
  assert.ok(needed.length > 5);
  for (const name of needed) assert.match(example, new RegExp(`^${name}=`, "m"));
  assert.deepEqual(text.match(/\$(?!\{\w+:[?-]\})\S*/g), null, "a variable that is not set must stop Compose");
});

test("each image has one version, each service that is waited for exists, and each file that is mounted too", async () => {
  for (const [name, { image, depends_on: waitsFor, volumes }] of Object.entries(services)) {
    assert.match(image, /^tailslate$|:v?\d+\.\d+(\.\d+)?$/, name);
    for (const other of Object.keys(waitsFor)) assert.ok(other in services, `${name} waits for ${other}`);
    for (const path of volumes.flatMap((volume) => /^(\.\/[^:]+):/.exec(volume)?.[1] ?? []))
      await access(new URL(path, DEPLOY));
  }
});

test("only the webhook can be reached from other machines", () => {
  const open = Object.entries(services).filter(([, { ports }]) => ports.some((port) => !port.startsWith("127.0.0.1:")));
  assert.deepEqual(
    open.map(([name]) => name),
    ["webhook"],
  );
});
