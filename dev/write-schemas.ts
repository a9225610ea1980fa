/** Writes `schema/*.json`: `node dev/write-schemas.ts && oxfmt schema`. */
import { writeFile } from "node:fs/promises";

import { jsonSchemas } from "./schemas.ts";

for (const { name, schema } of jsonSchemas()) {
  await writeFile(new URL(`../schema/${name}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
