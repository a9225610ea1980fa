import { arch, availableParallelism, cpus, totalmem, type } from "node:os";

/** One line that says where the numbers of a table come from. */
export function machine(): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${availableParallelism()} cores, ${memory} GiB, ${type()} ${arch()}`;
}
