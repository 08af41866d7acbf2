/** The SHA-256 of the bytes, in hex. The browser's own where the page is secure, else a library's. */
export async function sha256(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (globalThis.crypto?.subtle) {
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return [...new Uint8Array(digest)].map((v) => v.toString(16).padStart(2, "0")).join("");
  }
  const { sha256: hash } = await import("hash-wasm");
  return hash(bytes);
}
