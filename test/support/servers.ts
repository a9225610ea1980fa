import { after } from "node:test";

import { SEARCH_ATTRIBUTES, startServers, type Servers } from "../../dev/servers/servers.ts";

/**
 * Both servers for a whole test file, stopped after its last test. Call it at the top level: `const servers = testServers();`
 * and in a test `const { temporal, s3 } = await servers();`. They start with the first call.
 */
export function testServers(): () => Promise<Servers> {
  let starting: Promise<Servers> | undefined;
  after(async () => {
    if (starting !== undefined) await (await starting).stop();
  });
  return () => (starting ??= startTestServers());
}

/** Both servers, with our search attributes registered. The caller stops them. */
export function startTestServers(): Promise<Servers> {
  return startServers({ searchAttributes: SEARCH_ATTRIBUTES });
}
