import { describe, expect, it } from "vitest";
import { isHeic } from "../src/index";

const file = (brand: string) => new Blob([new Uint8Array([0, 0, 0, 24]), `ftyp${brand}`, new Uint8Array(8)]);

describe("a HEIC picture", () => {
  it.each(["heic", "heix", "mif1", "tmap"])("is known by its brand %s, whatever it is called", async (brand) => expect(await isHeic(file(brand))).toBe(true));
  it.each(["isom", "qt  ", "avif"])("is not a file of brand %s", async (brand) => expect(await isHeic(file(brand))).toBe(false));
  it("is not a JPEG, and not an empty file", async () => {
    expect(await isHeic(new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])]))).toBe(false);
    expect(await isHeic(new Blob([]))).toBe(false);
  });
});
