const KEPT = "huying.phone";

/** Whether the text is a mobile number. */
export function isPhone(text: string): boolean {
  return /^1\d{10}$/.test(text.trim());
}

/** A number as it may be shown to whoever looks over a shoulder. */
export function masked(phone: string): string {
  return `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}

/** The number this phone was last signed in with, if the person let it be remembered. */
export function rememberedPhone(): string | undefined {
  try {
    const kept = localStorage.getItem(KEPT) ?? "";
    return isPhone(kept) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a number on this phone, or with none forgets it. */
export function rememberPhone(phone: string | undefined): void {
  try {
    if (phone) localStorage.setItem(KEPT, phone.trim());
    else localStorage.removeItem(KEPT);
  } catch {
    // Without storage the number is typed each time.
  }
}
