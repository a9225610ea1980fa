/** A VersityGW of its own, with a user who may write objects into a bucket and may neither list nor read them. */
import { AwsClient } from "aws4fetch";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

import { answers, freePorts, startServer } from "../../dev/servers/child.ts";
import { bucketMaker, findVersityGateway } from "../../dev/servers/s3-gateway.ts";

const ROOT = { accessKey: "root-key", secretKey: "root-secret" };
const WRITER = { accessKey: "writer-key", secretKey: "planted-writer-secret" };
const BUCKET = "restricted";
const POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: [WRITER.accessKey] },
      Action: ["s3:PutObject"],
      Resource: [`arn:aws:s3:::${BUCKET}/*`],
    },
  ],
};

/** Gives the bucket and the writer's keys, or undefined where there is no VersityGW. The gateway ends with the test. */
export async function startRestrictedStore(t: TestContext) {
  const program = await findVersityGateway().catch(() => undefined);
  if (program === undefined) return undefined;
  const root = await mkdtemp(join(tmpdir(), "tailslate-restricted-"));
  const users = join(root, "users");
  const sidecar = join(root, "metadata");
  const folder = join(root, "buckets");
  for (const path of [users, sidecar, folder]) await mkdir(path);
  await writeFile(join(users, "users.json"), JSON.stringify({ accessAccounts: { [WRITER.accessKey]: account() } }));

  const [port] = await freePorts(1);
  const endpoint = `http://127.0.0.1:${port}`;
  const args = ["--port", `127.0.0.1:${port}`, "--health", "/health", "--quiet", "--iam-dir", users];
  args.push("posix", "--sidecar", sidecar, folder);
  const env = { ROOT_ACCESS_KEY_ID: ROOT.accessKey, ROOT_SECRET_ACCESS_KEY: ROOT.secretKey };
  const command = { name: "the S3 gateway", path: program, args, env, folder: root };
  const gateway = await startServer(command, () => answers(`${endpoint}/health`));
  t.after(() => gateway.stop());

  await bucketMaker({ endpoint, region: "us-east-1", ...ROOT })(BUCKET);
  const client = new AwsClient({ accessKeyId: ROOT.accessKey, secretAccessKey: ROOT.secretKey, service: "s3" });
  const url = `${endpoint}/${BUCKET}?policy`;
  const { ok } = await client.fetch(url, { method: "PUT", body: JSON.stringify(POLICY) });
  if (!ok) throw new Error("Cannot restrict the bucket: the gateway refuses the policy");
  return { endpoint, bucket: BUCKET, ...WRITER };
}

/** As VersityGW keeps a user in its file. */
function account(): object {
  const { accessKey: access, secretKey: secret } = WRITER;
  return { access, secret, role: "user", userID: 0, groupID: 0, projectID: 0 };
}
