/**
 * Whether Agora accepts an account's credentials, at each of its base URLs. The check sends a `query` for a recording that
 * cannot exist, which changes nothing. Agora's gateway answers 401 to unknown credentials; behind it the service refuses the
 * query with a code.
 *
 * The path names an App ID of the account. Agora does not document its answer to an unknown App ID, so the user may give a real
 * one: without it some answers prove nothing.
 */
import { randomBytes } from "node:crypto";

import { type AgoraSettings, createAgora, type QueryReply } from "../agora/client.ts";
import { runCheck, type CheckResult, ok, type CheckOutcome, warning, wrong } from "./check.ts";

export type AccountOptions = {
  account: string;
  settings: AgoraSettings;
  /** An App ID of the account, where it is known. */
  appId: string | undefined;
};

const INVENTED_APP_ID = "0".repeat(32);

/** One result for each base URL. */
export function checkAccount(options: AccountOptions): Promise<CheckResult[]> {
  return Promise.all(options.settings.baseUrls.map((baseUrl) => checkBaseUrl(baseUrl, options)));
}

function checkBaseUrl(baseUrl: string, { account, settings, appId }: AccountOptions): Promise<CheckResult> {
  const recording = {
    appId: appId ?? INVENTED_APP_ID,
    resourceId: "tailslate-doctor",
    sid: randomBytes(16).toString("hex"),
    mode: "mix",
    cname: "tailslate-doctor",
    uid: "1",
  } as const;
  return runCheck({
    check: `agora ${account} ${baseUrl.replace(/^https?:\/\//, "")}`,
    remedy: "Run it again",
    run: async (signal) => {
      const agora = createAgora({ ...settings, baseUrls: [baseUrl] });
      const reply = await agora.query(recording, { host: 0, signal });
      return reply === undefined
        ? warning("There was no turn for a request in time", "Give the account a higher requestsPerSecond")
        : judge(reply, { account, appId });
    },
  });
}

function judge(
  { status, code, verdict, summary }: QueryReply,
  { account, appId }: Pick<AccountOptions, "account" | "appId">,
): CheckOutcome {
  const giveAppId = `tailslate doctor --app-id ${account}=APP_ID`;
  if (status === null) return wrong(summary, "Check baseUrls, the network and the proxy between");
  if (status === 401) {
    const remedy =
      "Check customerId and customerSecret: they are the RESTful API's, of Agora's console, not an App ID's";
    return wrong(
      summary,
      appId === undefined ? `${remedy}. They may be refused for the invented App ID: ${giveAppId}` : remedy,
    );
  }
  if (verdict.kind === "ended" || (code !== null && status < 500)) return ok("The credentials are accepted");
  if (status === 404) return wrong(summary, "Check baseUrls: this is not Agora's REST API");
  const remedy =
    appId === undefined && status === 400 ? `Give an App ID of the account: ${giveAppId}` : "Run it again later";
  return warning(`${summary}; that proves nothing about the credentials`, remedy);
}
