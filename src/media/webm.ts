/** RFC 8794, section 8: the first element of a WebM file. */
export const EBML = [0x1a, 0x45, 0xdf, 0xa3];
