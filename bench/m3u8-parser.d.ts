/** The part that the benchmark uses; the package brings no types. */
declare module "m3u8-parser" {
  export class Parser {
    manifest: { segments: unknown[] };
    push(text: string): void;
    end(): void;
  }
}
