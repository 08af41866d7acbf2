/** Cuts a text at its hits, which count characters as the server does: by code points. */
export interface Hit {
  name: string;
  start: number;
  length: number;
}

export function pieces(text: string, hits: Hit[]): { text: string; hit: string }[] {
  const points = [...text];
  const out: { text: string; hit: string }[] = [];
  let at = 0;
  for (const h of [...hits].sort((a, b) => a.start - b.start)) {
    const start = Math.max(at, h.start);
    const end = Math.min(points.length, h.start + h.length);
    if (end <= start) continue;
    if (start > at) out.push({ text: points.slice(at, start).join(""), hit: "" });
    out.push({ text: points.slice(start, end).join(""), hit: h.name });
    at = end;
  }
  if (at < points.length) out.push({ text: points.slice(at).join(""), hit: "" });
  return out;
}
