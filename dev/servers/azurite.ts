/**
 * An Azure Blob store for the tests: Azurite, Microsoft's own emulator, as a child process on a free port of the loopback
 * interface, which keeps everything in its memory.
 */
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

import { type AzureSettings, signAzureRequest } from "../../src/bucket/azure/signer.ts";
import { freePorts, responds, startServer } from "./child.ts";

const SERVER = fileURLToPath(import.meta.resolve("azurite/dist/src/blob/main.js"));
const NODE = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));

/** Starts the server with an account of its own. */
export async function startAzurite() {
  const [port] = await freePorts(1);
  const account = "tailslate";
  const accountKey = randomBytes(64).toString("base64");
  const endpoint = `http://127.0.0.1:${port}/${account}`;

  const args = [SERVER, "--blobPort", String(port), "--inMemoryPersistence", "--silent", "--disableTelemetry"];
  const env = { AZURITE_ACCOUNTS: `${account}:${accountKey}` };
  const server = await startServer({ name: "Azurite", path: NODE, args, env }, () => responds(endpoint));
  const access = { endpoint, account, accountKey };
  return {
    ...access,
    createContainer: (name: string) => createContainer({ ...access, bucket: name }),
    stop: () => server.stop(),
  };
}

async function createContainer(settings: AzureSettings) {
  const { url, headers } = await signAzureRequest(settings, { method: "PUT", query: { restype: "container" } });
  const response = await fetch(url, { method: "PUT", headers });
  await response.body?.cancel();
  if (!response.ok)
    throw new Error(`Cannot create container "${settings.bucket}": the store answered ${response.status}`);
}
