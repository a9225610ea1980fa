/** The endpoints for orchestrators and Prometheus: `/livez`, `/readyz` and `/metrics`. */

export type HealthSource = {
  /** `starting` until the worker polls; `failed` until the process has ended. */
  state: () => "starting" | "polling" | "draining" | "failed";
  /** All metrics in Prometheus' text format. */
  scrape: () => Promise<string>;
};

/** Creates the handler. It can answer from the start to the end of the process. */
export function createHealth({ state, scrape }: HealthSource): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== "GET")
      return Response.json({ error: "method not allowed" }, { status: 405, headers: { allow: "GET" } });
    switch (new URL(request.url).pathname) {
      case "/livez":
        return respond({ live: state() !== "failed", state: state() });
      case "/readyz":
        return respond({ ready: state() === "polling", state: state() });
      case "/metrics":
        return new Response(await scrape(), { headers: { "content-type": "text/plain; version=0.0.4" } });
      default:
        return Response.json({ error: "not found" }, { status: 404 });
    }
  };
}

function respond(body: { live: boolean; state: string } | { ready: boolean; state: string }): Response {
  const isGood = "live" in body ? body.live : body.ready;
  return Response.json(body, { status: isGood ? 200 : 503 });
}
