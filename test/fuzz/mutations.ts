/**
 * Bytes as an attacker or a broken line would make them: something that was good, changed in a few places. fast-check
 * chooses the changes, so a failure is shrunk to the smallest one, and its seed repeats it.
 */
import * as fc from "fast-check";

/** `at` and `length` are parts of 65,536 of the bytes as they are then. */
type Edit = {
  how: "insert" | "overwrite" | "delete" | "repeat" | "truncate";
  at: number;
  length: number;
  bytes: Uint8Array;
};

const WHOLE = 65_536;

/** Numbers at the edges of what fields hold, as text and as bytes. */
const EDGES = [
  "0",
  "-1",
  "1e999",
  "NaN",
  "9007199254740993",
  "\0",
  "\uFEFF",
  "\r\n",
  "\u{10FFFF}",
  "__proto__",
  "../",
  "%",
  "'",
];
const EDGE_BYTES = [
  [0],
  [0xff],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [0x7f, 0xff, 0xff, 0xff],
  [0xc3],
];

/** Any of the seeds with up to eight edits, sometimes none. `words` are those that the parser knows. */
export function mutationsOf({ seeds, words }: { seeds: Uint8Array[]; words: string[] }): fc.Arbitrary<Uint8Array> {
  const tokens = [...EDGES, ...words].map((word) => Buffer.from(word));
  const bytes = fc.oneof(
    fc.constantFrom<Uint8Array>(...tokens, ...EDGE_BYTES.map((edge) => Uint8Array.from(edge))),
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
  );
  const edit = fc.record<Edit>({
    how: fc.constantFrom("insert", "insert", "overwrite", "overwrite", "delete", "repeat", "truncate"),
    at: fc.nat(WHOLE),
    length: fc.oneof(fc.nat(WHOLE), fc.nat(WHOLE / 64)),
    bytes,
  });
  return fc
    .tuple(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 8 }))
    .map(([seed, edits]) => edits.reduce(apply, seed));
}

function apply(bytes: Uint8Array, { how, at, length, bytes: given }: Edit): Uint8Array {
  const begin = Math.floor((at / WHOLE) * bytes.length);
  const end = Math.min(bytes.length, begin + Math.floor((length / WHOLE) * bytes.length));
  const [before, part] = [bytes.subarray(0, begin), bytes.subarray(begin, end)];
  switch (how) {
    case "insert":
      return Buffer.concat([before, given, bytes.subarray(begin)]);
    case "overwrite":
      return Buffer.concat([before, given, bytes.subarray(begin + given.length)]);
    case "delete":
      return Buffer.concat([before, bytes.subarray(end)]);
    case "repeat":
      return Buffer.concat([before, part, part, bytes.subarray(end)]);
    case "truncate":
      return before;
  }
}
