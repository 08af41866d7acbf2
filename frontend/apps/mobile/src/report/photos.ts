import { photoPosition, type Fix } from "@huying/geo";
import { newId, shrink, type Photo } from "@huying/upload";

/** Makes photos of chosen files. The position is read from each original before anything touches the picture. */
export async function takePhotos(files: File[]): Promise<{ photos: Photo[]; position?: Fix }> {
  let position: Fix | undefined;
  const photos: Photo[] = [];
  for (const file of files) {
    position ??= await photoPosition(file);
    const blob = await shrink(file);
    photos.push({ id: newId(), name: file.name, type: blob.type || "image/jpeg", size: blob.size, blob, state: "kept" });
  }
  return { photos, position };
}
