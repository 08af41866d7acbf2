import { locale, speakEnglish } from "@huying/i18n";

// Texts are said when their module is read: the language comes first, and whoever has the default waits for none.
if (locale.value === "en") {
  document.documentElement.lang = "en";
  const { english } = await import("./words.en");
  speakEnglish(english);
}
const { start } = await import("./start");
start();
