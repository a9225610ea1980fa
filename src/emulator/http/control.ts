/**
 * The emulator's own doors, beside Agora's: what a test in any language, or a person with curl, asks of it. Nobody has to
 * say who he is here: the emulator listens on this machine alone.
 *
 * - `GET /emulator/scenarios`: the names that there are
 * - `POST /emulator/scenarios` `{ "cname": "…", "scenario": "backuped" }`: what the next recording of that channel plays
 * - `GET /emulator/calls`: every request so far, in the order of arrival
 * - `POST /emulator/release`: lets every answer go that is held back
 */
import { z } from "zod";

import { isScenarioName, scenarios, type ScenarioName } from "../scenarios.ts";

export type ControlOptions = {
  calls: readonly object[];
  plan: (cname: string, scenario: ScenarioName) => void;
  release: () => void;
};

const Planned = z.object({
  cname: z.string().min(1).max(64),
  scenario: z.string().refine(isScenarioName),
});

/** Answers a request to one of these doors; `undefined` when it is meant for another. */
export type Control = (request: Request) => Promise<Response | undefined>;

export function createControl({ calls, plan, release }: ControlOptions): Control {
  const doors: Record<string, (request: Request) => Response | Promise<Response>> = {
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
  return async (request) => doors[`${request.method} ${new URL(request.url).pathname}`]?.(request);
}
