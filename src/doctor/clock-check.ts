/**
 * Compares this machine's clock with those of the stores and of Agora, by the `Date` header of any response. It sends no
 * credentials, so that a store answers even when it would refuse a signature because of the clock.
 *
 * A store refuses a signature that is off by a quarter of an hour; workers that share an account take turns by the second.
 */
import { runCheck, type CheckResult, ok, skipped, type CheckOutcome, warning, wrong } from "./check.ts";

/** Stores allow 15 minutes, and a clock that has drifted this far drifts on. */
const WRONG_SECONDS = 10 * 60;
/** A `Date` has no fractions of a second, and the response takes time. */
const WARNING_SECONDS = 2;

type Reading = { host: string; aheadSeconds: number };

/** Checks base URLs and endpoints, each host once. */
export function checkClock(addresses: URL[]): Promise<CheckResult> {
  const remedy = "Let the machine keep its clock by NTP";
  return runCheck({
    check: "clock",
    remedy,
    run: async (signal) => {
      const origins = new Set(addresses.map(({ origin }) => origin));
      const readings = (await Promise.all([...origins].map((origin) => readClock(origin, signal)))).flat();
      const [worst] = readings.toSorted((a, b) => Math.abs(b.aheadSeconds) - Math.abs(a.aheadSeconds));
      return worst === undefined
        ? skipped("Neither a store nor Agora has sent its time")
        : judge(worst, { asked: readings.length, remedy });
    },
  });
}

function judge({ host, aheadSeconds }: Reading, { asked, remedy }: { asked: number; remedy: string }): CheckOutcome {
  const seconds = Math.abs(Math.round(aheadSeconds));
  if (seconds <= WARNING_SECONDS) return ok(`At most ${WARNING_SECONDS} s off; asked: ${asked}`);
  const found = `${seconds} s ${aheadSeconds > 0 ? "ahead of" : "behind"} ${host}`;
  return seconds < WRONG_SECONDS ? warning(found, remedy) : wrong(found, remedy);
}

async function readClock(origin: string, signal: AbortSignal): Promise<Reading[]> {
  const sentMs = Date.now();
  const date = await fetchDate(origin, signal);
  if (Number.isNaN(date)) return [];
  // Compares the middle of the round trip with the middle of the second that the header names.
  const aheadMs = (sentMs + Date.now()) / 2 - (date + 500);
  return [{ host: new URL(origin).host, aheadSeconds: aheadMs / 1000 }];
}

async function fetchDate(origin: string, signal: AbortSignal): Promise<number> {
  try {
    const { headers } = await fetch(origin, { method: "HEAD", redirect: "manual", signal });
    return Date.parse(headers.get("date") ?? "");
  } catch {
    return Number.NaN;
  }
}
