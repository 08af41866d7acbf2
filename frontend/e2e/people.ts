import { createHash } from "node:crypto";
import { base, password, tenant } from "./browser";

export interface Report {
  id: string;
  number: string;
  state: string;
  division_code: string;
  offers?: { deputy_id: string }[];
}

/** Somebody who works over the API while others use their phones. */
export class Person {
  private constructor(readonly token: string) {}

  static async signIn(username: string): Promise<Person> {
    const answer = await new Person("").send<{ access_token: string }>("POST", "/auth/sessions", { username, password });
    return new Person(answer.access_token);
  }

  async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { "X-Tenant": tenant };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${base}/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  act(report: { id: string }, action: string, body: unknown = {}): Promise<Report> {
    return this.send("POST", `/reports/${report.id}/${action}`, body);
  }

  read(number: string): Promise<Report> {
    return this.send("GET", `/reports/${number}`);
  }

  async upload(bytes: Buffer): Promise<string> {
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const ticket = await this.send<{ upload_id: string; url: string; headers: Record<string, string> }>("POST", "/uploads", {
      file_name: "photo.jpg", content_type: "image/jpeg", size: bytes.length, sha256,
    });
    const headers = Object.fromEntries(Object.entries(ticket.headers).filter(([name]) => !/^(content-length|host)$/i.test(name)));
    const put = await fetch(ticket.url, { method: "PUT", headers, body: new Uint8Array(bytes) });
    if (!put.ok) throw new Error(`PUT: ${put.status}`);
    return ticket.upload_id;
  }
}

/** A deputy who was asked, with a documented account. */
export async function askedDeputies(offers: { deputy_id: string }[], howMany: number): Promise<string[]> {
  const asked = new Set(offers.map((o) => o.deputy_id));
  const found: string[] = [];
  for (let i = 1; i <= 40 && found.length < howMany; i++) {
    const name = `${tenant}.deputy${i}`;
    const me = await (await Person.signIn(name)).send<{ grants: { deputy_id?: string }[] }>("GET", "/me");
    if (me.grants.some((g) => g.deputy_id && asked.has(g.deputy_id))) found.push(name);
  }
  return found;
}
