const BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "tmap"]);

/** Whether the bytes are a HEIC picture, as iPhones keep them, by what they are and not by what they are called. */
export async function isHeic(blob: Blob): Promise<boolean> {
  const head = new Uint8Array(await blob.slice(0, 12).arrayBuffer());
  const text = String.fromCharCode(...head);
  return text.slice(4, 8) === "ftyp" && BRANDS.has(text.slice(8, 12));
}

/**
 * A JPEG of a HEIC picture, to be shown in its place: by the browser where it can, else by a library that is fetched when
 * the first such picture comes. Throws where neither can read it; the original is good evidence all the same.
 */
export async function heicCopy(original: Blob): Promise<Blob> {
  try {
    const bitmap = await createImageBitmap(original, { imageOrientation: "from-image" });
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    bitmap.close();
    const copy = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (copy) return copy;
  } catch {
    // Most browsers cannot; the library can.
  }
  const { heicTo } = await import("heic-to/csp");
  return heicTo({ blob: original, type: "image/jpeg", quality: 0.85 });
}
