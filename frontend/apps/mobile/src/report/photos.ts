import { photoPosition, type Fix } from "@huying/geo";
import { heicCopy, isHeic, newId, shrink, type Photo } from "@huying/upload";

/**
 * Makes photos of chosen files. The position is read from each original before anything touches the picture. A HEIC
 * original is kept as it is, with a JPEG copy where this browser gets one made; without it the picture waits all the same,
 * and the copy is tried again when it is sent.
 */
export async function takePhotos(files: File[]): Promise<{ photos: Photo[]; position?: Fix }> {
  let position: Fix | undefined;
  const photos: Photo[] = [];
  for (const file of files) {
    const recording = file.type.startsWith("audio/") || file.type.startsWith("video/");
    if (recording) {
      photos.push({ id: newId(), name: file.name, type: file.type, size: file.size, blob: file, state: "kept" });
      continue;
    }
    position ??= await photoPosition(file);
    const heic = await isHeic(file);
    const blob = heic ? file : await shrink(file);
    const copy = heic ? await heicCopy(file).catch(() => undefined) : undefined;
    photos.push({ id: newId(), name: file.name, type: heic ? "image/heic" : blob.type || "image/jpeg", size: blob.size, blob, copy, state: "kept" });
  }
  return { photos, position };
}

/** Whether a photo of a draft is a recording. */
export function isRecording(photo: Pick<Photo, "type">): boolean {
  return photo.type.startsWith("audio/") || photo.type.startsWith("video/");
}
