/** A word found in a template, and what it is replaced by. */
export interface Word {
  text: string;
  from: number;
  to: number;
  with: string;
}
export function wordsOf(template: string): Word[];
export function templateOf(source: string): { from: number; to: number } | null;
export function speak(source: string): string;
export function words(): import("vite").Plugin;
