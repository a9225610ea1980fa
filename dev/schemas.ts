/** The JSON Schemas that ship in `schema/`, generated from the zod schemas that the code itself parses with. */
import { z } from "zod";

import { FinalizeInput } from "../src/contract/input.ts";
import { Manifest, Result, SCHEMA_BASE } from "../src/manifest/schema.ts";

const SCHEMAS = {
  "input.v1.json": { title: "The input of Tailslate's workflow finalizeRecording", schema: FinalizeInput },
  "result.v1.json": { title: "The result of Tailslate's workflow finalizeRecording", schema: Result },
  "manifest.v1.json": { title: "Tailslate's manifest of a recording", schema: Manifest },
};

/** Every schema by its file name. What may be left out and what may be added is seen from the writer's side. */
export function jsonSchemas(): { name: string; schema: object }[] {
  return Object.entries(SCHEMAS).map(([name, { title, schema }]) => ({
    name,
    schema: { $id: SCHEMA_BASE + name, title, ...z.toJSONSchema(schema, { io: "input" }) },
  }));
}
