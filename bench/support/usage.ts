/** What the processes of a benchmark use of the machine, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** Of a second, as `/proc` counts processor time. Fixed in the kernel's interface. */
const TICKS_PER_SECOND = 100;

/** Processor time that a process has used so far, all its threads together, in seconds. */
export function processorSeconds(pid: number): number {
  return processOf(pid)?.seconds ?? 0;
}

/** Resident memory of a process, in MiB. */
export function readResidentMiB(pid: number): number {
  const [, kibibytes = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1024;
}

/** Processor time by program name of everything that a process has started and that still runs, itself included. */
export function processorSecondsByProgram(root: number): Map<string, number> {
  const all = readdirSync("/proc").flatMap((name) => processOf(Number(name)) ?? []);
  const byProgram = new Map<string, number>();
  const add = (parent: number): void => {
    for (const { pid, program, seconds } of all.filter((each) => each.parent === parent)) {
      byProgram.set(program, (byProgram.get(program) ?? 0) + seconds);
      add(pid);
    }
  };
  add(root);
  return byProgram.set("this process", processorSeconds(root));
}

type Process = { pid: number; parent: number; program: string; seconds: number };

function processOf(pid: number): Process | undefined {
  if (!Number.isInteger(pid)) return undefined;
  const [, program = "", rest = ""] = /\((.*)\) (.*)/s.exec(statOf(pid)) ?? [];
  const fields = rest.split(" ").map(Number);
  const [parent, user, system] = [fields[1], fields[11], fields[12]];
  if (parent === undefined || user === undefined || system === undefined) return undefined;
  return { pid, parent, program, seconds: (user + system) / TICKS_PER_SECOND };
}

/** Empty for a process that has just ended. */
function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}
