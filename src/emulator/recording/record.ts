/** Starts a recording as an app's backend does: acquire, then start. */
import { randomBytes } from "node:crypto";

import { fetch } from "undici";
import { z } from "zod";

import type { AgoraRecording } from "../../agora/client.ts";
import type { RecordingMode } from "../../agora/modes.ts";
import { basicAuthorization } from "../http/requests.ts";
import { resolveScenario, type Scenario, type ScenarioName } from "../scenarios.ts";
import type { Plan } from "../service.ts";

export type RecordOptions = {
  /** Default: a new one. */
  cname?: string;
  uid?: string;
  mode?: RecordingMode;
  /** Letters and digits only, as Agora demands. Default: the bucket's root. */
  fileNamePrefix?: string[];
  /** Default: the one planned for the channel, else `plain`. */
  scenario?: ScenarioName | Partial<Scenario>;
  /** Default: 32 random hex digits. */
  sid?: string;
};

/** A recording as the `recording` of our input names it. */
export type Recorded = AgoraRecording;

type Target = {
  url: string;
  account: { customerId: string; customerSecret: string };
  plan: (cname: string, plan: Plan) => void;
};

export async function startRecording(options: RecordOptions, { url, account, plan }: Target): Promise<Recorded> {
  const { cname = `channel${randomBytes(6).toString("hex")}`, uid = "527841", mode = "mix" } = options;
  const scenario = resolveScenario(options.scenario ?? "plain");
  if (options.scenario !== undefined || options.sid !== undefined) {
    plan(cname, options.sid === undefined ? { scenario } : { scenario, sid: options.sid });
  }
  const appId = randomBytes(16).toString("hex");

  const post = async (path: string, clientRequest: object) => {
    const response = await fetch(`${url}/v1/apps/${appId}/cloud_recording/${path}`, {
      method: "POST",
      headers: { authorization: basicAuthorization(account), "content-type": "application/json" },
      body: JSON.stringify({ cname, uid, clientRequest }),
    });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`Cannot record a channel: HTTP ${response.status}`);
    return text;
  };

  const { resourceId } = Acquired.parse(JSON.parse(await post("acquire", { scene: mode === "web" ? 1 : 0 })));
  const { sid } = Started.parse(
    JSON.parse(await post(`resourceid/${resourceId}/mode/${mode}/start`, buildStartRequest(scenario, options))),
  );
  return { appId, resourceId, sid, cname, uid, mode };
}

const Acquired = z.object({ resourceId: z.string() });
const Started = z.object({ sid: z.string() });

function buildStartRequest({ files, streamMode }: Scenario, { fileNamePrefix = [] }: RecordOptions): object {
  const avFileType = files.filter((file) => file !== "snapshots");
  const request = {
    // The emulator uploads through its own bucket and reads only the prefix.
    storageConfig: {
      vendor: 1,
      region: 0,
      bucket: "recordings",
      accessKey: "unused",
      secretKey: "unused",
      fileNamePrefix,
    },
    ...(streamMode !== "default" && { recordingConfig: { channelType: 0, streamMode, subscribeUidGroup: 0 } }),
    ...(avFileType.length > 0 && { recordingFileConfig: { avFileType } }),
  };
  return files.includes("snapshots")
    ? { ...request, snapshotConfig: { captureInterval: 5, fileType: ["jpg"] } }
    : request;
}
