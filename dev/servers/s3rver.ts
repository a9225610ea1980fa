/**
 * s3rver, an S3 server of another origin than VersityGW, over a temporary folder, as a child process on a free port of the
 * loopback interface. It comes with `npm ci`, so it is there where VersityGW and Go are not; path style only.
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { freePorts, responds, startServer } from "./child.ts";

/** The package has no types, and Node alone runs it, whatever runs this module. */
const RUN = "new (require(process.argv[1]))(JSON.parse(process.argv[2])).run()";
const SERVER = fileURLToPath(import.meta.resolve("@20minutes/s3rver"));
const NODE = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));

/** Starts the server. Its one account is built in. */
export async function startS3rver() {
  const [port] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), "tailslate-s3rver-"));
  const options = { address: "127.0.0.1", port, directory: folder, silent: true, vhostBuckets: false };
  const endpoint = `http://127.0.0.1:${port}`;

  // Its continuation tokens are made with DES.
  const args = ["--openssl-legacy-provider", "--eval", RUN, SERVER, JSON.stringify(options)];
  const server = await startServer({ name: "s3rver", path: NODE, args, folder }, () => responds(endpoint));
  return { endpoint, region: "us-east-1", accessKey: "S3RVER", secretKey: "S3RVER", stop: () => server.stop() };
}
