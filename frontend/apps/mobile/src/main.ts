import { locale, speakEnglish } from "@huying/i18n";

/** Texts are said when their module is read: the language comes first, and whoever has the default waits for none. */
async function main(): Promise<void> {
  if (locale.value === "en") {
    document.documentElement.lang = "en";
    speakEnglish((await import("./words.en")).english);
  }
  (await import("./start")).start();
}

void main();
