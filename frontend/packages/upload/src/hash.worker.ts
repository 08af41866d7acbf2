import { sha256 } from "./sha256";

self.onmessage = async ({ data }: MessageEvent<{ id: number; blob: Blob }>) => {
  try {
    self.postMessage({ id: data.id, hex: await sha256(data.blob) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
};
