/** `tailslate search-attributes`: registers the search attributes by which operators find recordings. */
import type { Command } from "commander";

import { registerSearchAttributes } from "../../process/search-attributes.ts";
import { openConnection } from "../../process/temporal-connection.ts";
import type { CommandContext } from "../context.ts";

export function addSearchAttributesCommand(program: Command, { print }: CommandContext): void {
  program
    .command("search-attributes")
    .description("register the search attributes in the namespace")
    .action(async () => {
      const { namespace, registered } = await registerAttributes();
      const names = registered.length === 0 ? "It has them all already" : `Registered ${registered.join(", ")}`;
      print({ namespace, registered }, () => `${names}: namespace ${namespace}`);
    });
}

async function registerAttributes(): Promise<{ namespace: string; registered: string[] }> {
  const { connection, namespace } = await openConnection();
  try {
    return { namespace, registered: await registerSearchAttributes(connection, namespace) };
  } finally {
    await connection.close();
  }
}
