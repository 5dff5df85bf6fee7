/* A photo on its way into the outbox: kept as it came at once, made smaller afterwards only where it is too large.
   So a page that is killed in between has lost nothing. */
const SIDE = 2560;
const BYTES = 3 * 2 ** 20;
const QUALITY = 0.85;
export const MOST = 9;
const KINDS = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"];

/** Read a file that was picked, all of it; throws {code: "broken"|"kind"} for what is no whole photo. */
export async function read(file) {
  let bytes;
  try {
    bytes = await file.arrayBuffer();
  } catch {
    throw Object.assign(new Error("photo"), { code: "broken" });
  }
  if (!bytes.byteLength || bytes.byteLength < file.size) throw Object.assign(new Error("photo"), { code: "broken" });
  const type = file.type || kindOf(new Uint8Array(bytes, 0, Math.min(16, bytes.byteLength)));
  if (!KINDS.includes(type)) throw Object.assign(new Error("photo"), { code: "kind" });
  const blob = new Blob([bytes], { type });
  if (!type.startsWith("image/hei") && !(await decodes(blob))) throw Object.assign(new Error("photo"), { code: "broken" });
  return blob;
}

function kindOf(head) {
  if (head[0] === 0xff && head[1] === 0xd8) return "image/jpeg";
  if (head[0] === 0x89 && head[1] === 0x50) return "image/png";
  const text = String.fromCharCode(...head);
  if (text.startsWith("RIFF")) return "image/webp";
  return text.slice(4, 8) === "ftyp" ? "image/heic" : "";
}

async function decodes(blob) {
  try {
    (await createImageBitmap(blob)).close();
    return true;
  } catch {
    return false;
  }
}

/** A smaller picture of the same, upright; null where it is small enough or this browser cannot read it. */
export async function smaller(blob) {
  let image;
  try {
    image = await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
  const share = Math.min(1, SIDE / Math.max(image.width, image.height));
  if (share === 1 && blob.size <= BYTES) {
    image.close();
    return null;
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(image.width * share), height: Math.round(image.height * share) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const made = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  return made && made.size < blob.size ? made : null;
}
