/** `tailslate emulate`: the emulator of Agora on this machine, until SIGTERM or Ctrl-C. */
import { type Command, InvalidArgumentError, Option } from "commander";

import type { AgoraSettings } from "../../agora/client.ts";
import { openBucket } from "../../bucket/open-bucket.ts";
import { ConfigError } from "../../process/config-error.ts";
import { loadConfig } from "../../process/config.ts";
import { startEmulator } from "../../emulator/emulator.ts";
import { parsePort } from "../arguments.ts";
import { type CommandContext, untilTerminated } from "../context.ts";
import { UsageError } from "../exit-status.ts";

type Options = { port: number; store?: string; requestsPerSecond?: number; window: "fixed" | "sliding" };

/** Used when the configuration has no account; they protect nothing. */
const CREDENTIALS = { customerId: "emulator", customerSecret: "emulator" };

export function addEmulateCommand(program: Command, { host, print }: CommandContext): void {
  program
    .command("emulate")
    .description("stand in for Agora on 127.0.0.1, with the account of the configuration, until SIGTERM")
    .option("--port <number>", "0 for any free one", parsePort, 8090)
    .option("--store <name>", "upload what is recorded into this store of the configuration; default: upload nothing")
    .option("--requests-per-second <number>", "refuse what is above; default: refuse nothing", parsePositiveNumber)
    .addOption(
      new Option("--window <kind>", "how a second is counted").choices(["fixed", "sliding"]).default("sliding"),
    )
    .action(async (options: Options) => runEmulator({ host, print }, options));
}

async function runEmulator(
  { host, print }: Pick<CommandContext, "host" | "print">,
  { port, store, requestsPerSecond, window }: Options,
): Promise<void> {
  const { accounts, stores } = loadConfig(host.env);
  const settings = store === undefined ? undefined : stores.get(store);
  if (store !== undefined && settings === undefined)
    throw new ConfigError(`Cannot emulate Agora: the configuration has no store "${store}"`);
  const terminated = untilTerminated(host);
  const account = accounts.get("default");
  const { customerId, customerSecret } = account ?? CREDENTIALS;
  const rateLimit = requestsPerSecond === undefined ? {} : { rateLimit: { perSecond: requestsPerSecond, window } };
  const bucket = settings ? { bucket: openBucket(settings) } : {};
  const emulator = await startEmulator({ customerId, customerSecret, port, ...bucket, ...rateLimit }).catch(
    (cause: unknown) => {
      throw new UsageError(`Cannot listen on 127.0.0.1, port ${port}: it is in use or not ours`, { cause });
    },
  );
  print({ url: emulator.url }, () => formatUsage(emulator.url, account));
  await terminated;
  await emulator.close();
}

function formatUsage(url: string, account: AgoraSettings | undefined): string {
  const { customerId, customerSecret } = CREDENTIALS;
  return `tailslate emulator ready: ${url}

Point the worker and your backend at it:
  AGORA_BASE_URLS=${url}${account ? "" : ` AGORA_CUSTOMER_ID=${customerId} AGORA_CUSTOMER_SECRET=${customerSecret}`}
Choose what the next recording of a channel plays, before it is started, and see what was asked:
  curl ${url}/emulator/scenarios
  curl ${url}/emulator/scenarios --data '{ "cname": "lobby", "scenario": "backuped" }'
  curl ${url}/emulator/calls`;
}

function parsePositiveNumber(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return number;
}
