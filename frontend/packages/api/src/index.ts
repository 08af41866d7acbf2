import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema";

/** Every failure of the API: `code` is stable, `detail` is for people, `errors` names the fields. */
export type Problem = components["schemas"]["Problem"];
export type { components, paths };

/** What a client is made of. The access token stays in memory; it is asked for at every request. */
export interface Options {
  baseUrl?: string;
  tenant?: string;
  accessToken?: () => string | undefined;
}

/** A client whose calls are checked against the API's own description. */
export function createApi(options: Options = {}): Client<paths> {
  const client = createClient<paths>({ baseUrl: options.baseUrl ?? "" });
  client.use({
    onRequest({ request }) {
      const token = options.accessToken?.();
      if (token) request.headers.set("Authorization", `Bearer ${token}`);
      if (options.tenant) request.headers.set("X-Tenant", options.tenant);
      return request;
    },
  });
  return client;
}
