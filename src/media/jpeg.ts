/** ITU-T T.81, B.1.1.3: start of image, and the marker that follows it. */
export const JPEG = [0xff, 0xd8, 0xff];

/** ITU-T T.81, B.1.1.3: end of image. Compressed data cannot contain it; some cameras add padding after it. */
export const JPEG_END = Buffer.of(0xff, 0xd9);
export const JPEG_TAIL_BYTES = 1024;
