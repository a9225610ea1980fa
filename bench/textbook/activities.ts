/** The activities of the textbook workflow, over real HTTP. */
import { z } from "zod";

import type { Bucket } from "../../src/bucket/bucket.ts";
import { readAll } from "../../src/lib/read-all.ts";
import { basicAuthorization } from "../../src/emulator/http/requests.ts";
import type { TextbookInput } from "./workflow.ts";

type Recording = TextbookInput["recording"];

/** A query's status once the recorder has exited. */
const EXITED = 8;
const Queried = z.object({ serverResponse: z.object({ status: z.number(), fileList: z.string().default("") }) });

export function textbookActivities({ url, bucket }: { url: string; bucket: Bucket }) {
  const authorization = basicAuthorization({ customerId: "customer", customerSecret: "secret" });
  const { signal } = new AbortController();

  async function call(action: "stop" | "query", recording: Recording): Promise<unknown> {
    const { appId, resourceId, sid, mode, cname, uid } = recording;
    const path = `v1/apps/${appId}/cloud_recording/resourceid/${resourceId}/sid/${sid}/mode/${mode}/${action}`;
    const body = JSON.stringify({ cname, uid, clientRequest: { async_stop: true } });
    const stops = action === "stop" ? { method: "POST", body } : {};
    const response = await fetch(`${url}/${path}`, {
      ...stops,
      headers: { authorization, "content-type": "application/json" },
    });
    if (!response.ok) throw new Error(`Cannot ${action} the recording: HTTP ${response.status}`);
    return response.json();
  }

  return {
    async stop(recording: Recording): Promise<void> {
      await call("stop", recording);
    },
    async isUploaded(recording: Recording): Promise<boolean> {
      return Queried.parse(await call("query", recording)).serverResponse.status === EXITED;
    },
    /** The playlist, and the segments that it names. */
    async filesOf({ sid, cname }: Recording): Promise<string[]> {
      const playlist = `${sid}_${cname}.m3u8`;
      const object = await bucket.get(playlist, { signal });
      if (!object) throw new Error("Cannot read the playlist: it is not there");
      const lines = Buffer.from(await readAll(object.body, 2 ** 20))
        .toString()
        .split("\n");
      return [playlist, ...lines.filter((line) => line !== "" && !line.startsWith("#"))];
    },
    async head(key: string): Promise<number> {
      const object = await bucket.head(key, signal);
      if (!object) throw new Error("Cannot find a file of the recording");
      return object.sizeBytes;
    },
  };
}

export type TextbookActivities = ReturnType<typeof textbookActivities>;
