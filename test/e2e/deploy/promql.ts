/** What a PromQL expression asks for, by Prometheus' own grammar. */
import { parser } from "@prometheus-io/lezer-promql";

export type Query = {
  /** Where the grammar does not accept it. */
  errors: string[];
  metrics: Set<string>;
  /** Of matchers and of groupings. */
  labels: Set<string>;
  /** What labels are compared with: each alternative of a plain regular expression for itself. */
  values: { label: string; value: string }[];
};

const MATCHER = /(\w+)=~?"([\w|-]+)"/g;

/** Reads an expression; Grafana's variables for a duration count as one. */
export function readQuery(expression: string): Query {
  const text = expression.replaceAll(/\$__(?:rate_interval|range|interval)\b/g, "5m");
  const query: Query = { errors: [], metrics: new Set(), labels: new Set(), values: [] };
  for (const [, label = "", values = ""] of text.matchAll(MATCHER)) {
    for (const value of values.split("|")) query.values.push({ label, value });
  }
  parser.parse(text).iterate({
    enter({ name, type, from, to }) {
      const piece = text.slice(from, to);
      if (type.isError) query.errors.push(`${text.slice(0, to)} … in ${text}`);
      if (name === "Identifier") query.metrics.add(piece);
      if (name === "LabelName") query.labels.add(piece);
    },
  });
  return query;
}
