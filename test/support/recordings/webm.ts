/** A WebM of a few bytes (RFC 9559): a header, one track of pictures, and one cluster with a block each second. */

/** `index` makes its bytes its own. */
export function buildWebm({ seconds, index }: { seconds: number; index: number }): Uint8Array {
  const track = [element([0xd7], [1]), element([0x83], [1]), element([0x86], [...Buffer.from("V_VP8")])];
  const blocks = Array.from({ length: Math.ceil(seconds) }, (_, at) => {
    const ms = at * 1000;
    return element([0xa3], [0x81, ms >> 8, ms & 0xff, 0, index & 0xff, 1, 2, 3]);
  });
  const cluster = [element([0xe7], [0]), ...blocks];
  return Buffer.from([
    ...element([0x1a, 0x45, 0xdf, 0xa3], element([0x42, 0x82], [...Buffer.from("webm")])),
    ...element(
      [0x18, 0x53, 0x80, 0x67],
      [
        ...element([0x16, 0x54, 0xae, 0x6b], element([0xae], track.flat())),
        ...element([0x1f, 0x43, 0xb6, 0x75], cluster.flat()),
      ],
    ),
  ]);
}

/** An id, a size of two bytes, and what is in it. */
function element(id: number[], content: number[]): number[] {
  return [...id, 0x40 | (content.length >> 8), content.length & 0xff, ...content];
}
