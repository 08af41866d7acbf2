/** Pictures taken on the home page, on their way to the form. */
let files: File[] = [];

export function takeFiles(taken: File[]): void {
  files = taken;
}

/** Hands the pictures over, once. */
export function handOver(): File[] {
  const taken = files;
  files = [];
  return taken;
}
