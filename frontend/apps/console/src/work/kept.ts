/** The arrangement of the desk as the server keeps it, and the order of the list a report was opened from. */
import { ref } from "vue";
import { get, put } from "../core/http";
import { asFault } from "../core/list";
import { say } from "../shell/say";
import { emptyDesk, fromBrowser, type Arrangement } from "./desk";

export const desk = ref<Arrangement>(emptyDesk());

/** Reads what this person keeps here; what an earlier version left in the browser moves in. */
export async function loadDesk(person: string): Promise<void> {
  desk.value = emptyDesk();
  try {
    desk.value = await get<Arrangement>("/me/desk");
    const before = desk.value.version === 0 ? fromBrowser(person, localStorage) : null;
    if (before) await keep(() => before);
  } catch (e) {
    say(`保存的筛选和常用语暂时读不到：${asFault(e).message}`, "warn");
  }
}

/** Changes the arrangement and keeps it. Where another window was quicker, the change is made to what that one kept. */
export async function keep(change: (a: Arrangement) => Arrangement): Promise<void> {
  try {
    desk.value = await save(change);
  } catch (e) {
    if (asFault(e).code === "version_conflict") {
      try {
        desk.value = await get<Arrangement>("/me/desk");
        desk.value = await save(change);
        return;
      } catch (again) {
        say(asFault(again).message, "bad");
        return;
      }
    }
    say(asFault(e).message, "bad");
  }
}
function save(change: (a: Arrangement) => Arrangement): Promise<Arrangement> {
  return put<Arrangement>("/me/desk", { ...change(desk.value), version: desk.value.version });
}

export interface Queue {
  ids: string[];
  back: string;
}
export function keepQueue(q: Queue): void {
  sessionStorage.setItem("huying.queue", JSON.stringify(q));
}
export function queue(): Queue {
  try {
    return (JSON.parse(sessionStorage.getItem("huying.queue") ?? "null") as Queue) ?? { ids: [], back: "/work" };
  } catch {
    return { ids: [], back: "/work" };
  }
}
export function neighbour(ids: string[], id: string, by: number): string | undefined {
  const at = ids.indexOf(id);
  return at < 0 ? undefined : ids[at + by];
}
