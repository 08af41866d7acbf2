/** A picture up to this size goes out as the camera made it, untouched. */
const AS_IT_IS = 4 << 20;
const AS_IT_IS_WEAK = 1 << 20;

interface Connection {
  saveData?: boolean;
  effectiveType?: string;
}

/** What to do with a picture of a size over a network: the longest side to scale to, or nothing. */
export function plan(size: number, connection: Connection | undefined): { side: number } | undefined {
  const weak = connection?.saveData || /2g$|3g$/.test(connection?.effectiveType ?? "");
  if (size <= (weak ? AS_IT_IS_WEAK : AS_IT_IS)) return undefined;
  return { side: weak ? 1920 : 3000 };
}

/**
 * Makes a large picture small enough for the network. Read the position first: what comes out has none. A picture that
 * this browser cannot read comes back as it is; the server will say what it thinks of it.
 */
export async function shrink(original: Blob): Promise<Blob> {
  const todo = plan(original.size, (navigator as Navigator & { connection?: Connection }).connection);
  if (!todo) return original;
  try {
    const bitmap = await createImageBitmap(original, { imageOrientation: "from-image" });
    const scale = Math.min(1, todo.side / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const smaller = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return smaller && smaller.size < original.size ? smaller : original;
  } catch {
    return original;
  }
}
