/** The bytes of a file, for readers that need only parts of it. */
export type ByteSource = {
  sizeBytes: number;
  /** The bytes from `first` on, at most `length`. For small pieces: they are held in memory. */
  read(first: number, length: number): Promise<Uint8Array>;
};
