/** Photos of the desk: hashed here, sent straight to the store with a ticket. */
import { Fault, post, type Schemas } from "./http";

const most = 10 * 1024 * 1024;
const kinds = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"];

function refuse(detail: string): Fault {
  return new Fault({ type: "about:blank", title: "照片不能上传", detail, status: 422, code: "photo" });
}

export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((b) => b.toString(16).padStart(2, "0")).join("");
}

/** Sends one photo and gives its upload id. One that is too large is made smaller first. */
export async function uploadPhoto(file: File): Promise<string> {
  if (!kinds.includes(file.type)) throw refuse(`${file.name} 不是照片（支持 JPG、PNG、WebP、HEIC）`);
  let blob: Blob = file;
  if (file.size > most) blob = await smaller(file);
  const bytes = await blob.arrayBuffer();
  const ticket = await post<Schemas["EvidenceTicketView"]>("/uploads", {
    file_name: file.name.slice(-100), content_type: blob.type, size: bytes.byteLength, sha256: await sha256(bytes),
  });
  let response: Response;
  try {
    response = await fetch(ticket.url, { method: "PUT", headers: ticket.headers as Record<string, string>, body: bytes });
  } catch {
    throw refuse("照片没有传上去，请检查网络后再试");
  }
  if (!response.ok) throw refuse(`照片没有传上去（${response.status}），请再试`);
  return ticket.upload_id;
}

async function smaller(file: File): Promise<Blob> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw refuse(`${file.name} 超过10MB，且无法在这里缩小，请换一张`);
  }
  const scale = Math.min(1, 4000 / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")!.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((b) => (b ? done(b) : fail(refuse("照片无法缩小"))), "image/jpeg", 0.9));
}
