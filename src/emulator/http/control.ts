/**
 * The emulator's own routes beside Agora's, for tests in any language and for curl. They need no credentials: the emulator
 * only listens on 127.0.0.1.
 *
 * - `GET /emulator/scenarios`: the names of all scenarios
 * - `POST /emulator/scenarios` `{ "cname": "…", "scenario": "backuped" }`: what the next recording of that channel plays
 * - `GET /emulator/calls`: every request so far, in the order of arrival
 * - `POST /emulator/release`: sends every answer that is held
 */
import { z } from "zod";

import { isScenarioName, scenarios, type ScenarioName } from "../scenarios.ts";

export type ControlOptions = {
  calls: readonly object[];
  plan: (cname: string, scenario: ScenarioName) => void;
  release: () => void;
};

const Planned = z.object({
  cname: z.string().min(1).max(1024),
  scenario: z.string().refine(isScenarioName),
});

/** Answers a request to one of these routes; `undefined` for any other. */
export type Control = (request: Request) => Promise<Response | undefined>;

export function createControl({ calls, plan, release }: ControlOptions): Control {
  const routes: Record<string, (request: Request) => Response | Promise<Response>> = {
    "GET /emulator/scenarios": () => Response.json(Object.keys(scenarios)),
    "POST /emulator/scenarios": async (request) => {
      const planned = Planned.safeParse(await request.json().catch(() => undefined));
      if (!planned.success) {
        const message = "Cannot plan a recording: it takes a cname and a scenario that GET /emulator/scenarios names";
        return Response.json({ message }, { status: 400 });
      }
      plan(planned.data.cname, planned.data.scenario);
      return new Response(null, { status: 204 });
    },
    "GET /emulator/calls": () => Response.json(calls),
    "POST /emulator/release": () => {
      release();
      return new Response(null, { status: 204 });
    },
  };
  return async (request) => routes[`${request.method} ${new URL(request.url).pathname}`]?.(request);
}
