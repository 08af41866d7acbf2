/** What changes seldom and is asked for once: categories, tenants, divisions, units. */
import { all, get, type Schemas } from "./http";

export type Category = Schemas["DivisionCategoryView"];
export type Division = Schemas["DivisionView"];
export type Tenant = Schemas["DivisionTenantView"];
export type Unit = Schemas["UnitView"];
export type Deputy = Schemas["DeputyView"];

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | null = null;
  return () => (kept ??= ask().catch((e) => {
    kept = null;
    throw e;
  }));
}

export const categories = once(() => all<Category>("/categories"));
export const tenantList = once(() => all<Tenant>("/tenants"));

const below = new Map<string, Promise<Division[]>>();
export function divisionsBelow(parent: string): Promise<Division[]> {
  let known = below.get(parent);
  if (!known) {
    known = all<Division>("/divisions", { parent });
    known.catch(() => below.delete(parent));
    below.set(parent, known);
  }
  return known;
}

const single = new Map<string, Promise<Schemas["DivisionDetail"]>>();
export function division(code: string): Promise<Schemas["DivisionDetail"]> {
  let known = single.get(code);
  if (!known) {
    known = get<Schemas["DivisionDetail"]>(`/divisions/${code}`);
    known.catch(() => single.delete(code));
    single.set(code, known);
  }
  return known;
}

/** All units that work; with a category, those the dispatch catalogue names for it there, in its order. */
export const units = (query: { category?: string; division_code?: string; source?: string; inactive?: boolean } = {}) => all<Unit>("/units", query);
