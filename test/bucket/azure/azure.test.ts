import { randomBytes, randomUUID } from "node:crypto";
import { after } from "node:test";

import { startAzurite } from "../../../dev/servers/azurite.ts";
import { createAzureBucket } from "../../../src/bucket/azure/azure.ts";
import { bucketSuite } from "../suite.ts";

let server: ReturnType<typeof startAzurite> | undefined;
after(async () => (await server)?.stop());

bucketSuite("an Azure Blob container", {
  async open() {
    const { endpoint, account, accountKey, createContainer } = await (server ??= startAzurite());
    const bucket = `suite-${randomUUID()}`;
    await createContainer(bucket);
    const settings = { endpoint, account, accountKey, bucket };
    return {
      bucket: createAzureBucket(settings),
      missing: createAzureBucket({ ...settings, bucket: `none-${randomUUID()}` }),
      denied: createAzureBucket({ ...settings, accountKey: randomBytes(64).toString("base64") }),
      prefix: "dir1/",
    };
  },
  skipped: {
    "a range that begins past the object is an error, not an absence":
      "Azurite answers with an empty part of the object where Azure answers 416",
  },
});
