// Runs on Node alone: it compares files of deploy/ with pages
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { parse } from "yaml";
import { z } from "zod";

import { readDocumentedMetrics } from "../../support/documented-metrics.ts";
import { readQuery } from "./promql.ts";

const Alerts = z.object({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Tailslate[A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+m$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(["critical", "warning"]) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});
const Dashboard = z.object({
  uid: z.literal("tailslate"),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string().min(1),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string(), refId: z.string() })).default([]),
    }),
  ),
});

/** Labels that Prometheus itself adds. */
const ADDED = ["le", "instance"];
/** Their values are our words, which the documentation lists. */
const OUR_WORDS = new Set(["outcome", "status", "verdict", "result"]);

async function readDeployed(path: string): Promise<string> {
  return readFile(new URL(`../../../deploy/${path}`, import.meta.url), "utf8");
}

async function readPage(page: string): Promise<string> {
  return readFile(new URL(`../../../docs/${page}`, import.meta.url), "utf8");
}

/** What is wrong with an expression: its grammar, a metric or a label that is not documented, a word that is not ours. */
async function mistakesIn(expression: string): Promise<string[]> {
  const documented = await readDocumentedMetrics();
  const words = (await readPage("operations.md")) + (await readPage("outcomes.md"));
  const { errors, metrics, labels, values } = readQuery(expression);
  const described = [...metrics].map((name) => ({
    name,
    metric: documented.get(name) ?? histogram(documented.get(name.replace(/_bucket$/, ""))),
  }));
  const known = new Set([...ADDED, ...described.flatMap(({ metric }) => metric?.labels ?? [])]);
  return [
    ...errors,
    ...described.flatMap(({ name, metric }) => (metric === undefined ? [`no metric ${name}`] : [])),
    ...[...labels].flatMap((label) => (known.has(label) ? [] : [`no label ${label}`])),
    ...values.flatMap(({ label, value }) =>
      OUR_WORDS.has(label) && !words.includes(`\`${value}\``) ? [`no ${label} ${value}`] : [],
    ),
  ];
}

function histogram<Metric extends { type: string }>(metric: Metric | undefined): Metric | undefined {
  return metric?.type === "histogram" ? metric : undefined;
}

test("each alert asks for metrics that are documented, and says what to do", async () => {
  const { groups } = Alerts.parse(parse(await readDeployed("prometheus/alerts.yml")));
  const rules = groups.flatMap((group) => group.rules);
  assert.ok(rules.length > 5);
  for (const { alert, expr, annotations } of rules) {
    assert.deepEqual(await mistakesIn(expr), [], alert);
    const { labels } = readQuery(expr);
    const named = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label);
    for (const label of named) assert.ok(labels.has(label), `${alert} names the label ${label}, which it sums away`);
  }
});

test("each panel of the dashboard asks for metrics that are documented, and lies on no other", async () => {
  const { panels } = Dashboard.parse(JSON.parse(await readDeployed("grafana/tailslate.json")));
  const places = new Set<string>();
  for (const { title, gridPos, targets } of panels) {
    for (const { expr } of targets) assert.deepEqual(await mistakesIn(expr), [], title);
    const { x, y, w, h } = gridPos;
    assert.ok(x + w <= 24, title);
    for (let row = y; row < y + h; row += 1)
      for (let column = x; column < x + w; column += 1) places.add(`${column} ${row}`);
  }
  assert.equal(
    places.size,
    panels.reduce((sum, { gridPos }) => sum + gridPos.w * gridPos.h, 0),
  );
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
});

test("every documented metric of ours is in the dashboard", async () => {
  const dashboard = await readDeployed("grafana/tailslate.json");
  const missing = [...(await readDocumentedMetrics()).keys()].filter((name) => !dashboard.includes(name));
  assert.deepEqual(missing, []);
});

test("a mistake in an expression is found", async () => {
  assert.deepEqual(await mistakesIn('sum by (outcome) (tailslate_recording_total{outcome="lost"})'), [
    "no metric tailslate_recording_total",
    "no label outcome",
  ]);
  assert.deepEqual(await mistakesIn('tailslate_stops_total{status="unclear-stop"}'), ["no status unclear-stop"]);
  assert.notDeepEqual(await mistakesIn("sum(tailslate_stops_total"), []);
});
