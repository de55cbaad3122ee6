/** Repositories and pull requests at the rehearsal GitHub, and the deliveries that it makes of them. */
import type { Api } from "../../clients/api.ts";
import type { Delivery, FullName, GitHub } from "../../rehearsal/github/index.ts";

export type Place = { id: string; full_name: FullName };
export type Opened = { place: Place; number: number; branch: string };

/** One pull request in so many is closed again. */
const CLOSED_EVERY = 10;
/** A configuration whose steps take no time, and a test command of which one test passes. */
const FILES = {
  ".tidegate.yml": "setup: none\ntest: sh test.sh\n",
  "test.sh": 'echo "1 passed, 0 failed"\n',
};

/** Repositories, each with an owner and so an installation of its own: GitHub's hourly limit is one for each. */
export async function placesOf(
  github: GitHub,
  api: Api,
  name: string,
  count: number,
  settings: Parameters<Api["saveProject"]>[1],
): Promise<Place[]> {
  const places: Place[] = [];
  for (let nth = 1; nth <= count; nth++) {
    const full_name: FullName = `${name}-${nth}/app`;
    github.createUser(`${name}-${nth}`);
    await github.createRepository(full_name, { files: FILES });
    github.install(full_name);
    const { id } = await api.pin({ full_name, ...settings });
    places.push({ id, full_name });
  }
  return places;
}

/** What GitHub would have delivered of an act. It delivers none of it itself. */
export async function recorded(github: GitHub, act: () => Promise<void>): Promise<Delivery[]> {
  const before = github.deliveries.length;
  const remove = github.faults.addHook({ act: "hold" });
  await act();
  remove();
  github.faults.release(() => []);
  // They are sent by hand: in GitHub's log they would stand as never sent, and be asked for again.
  return github.deliveries.splice(before);
}

/** Opens a pull request, the places taking turns. */
export async function openNth(github: GitHub, places: readonly Place[], nth: number): Promise<Opened> {
  const place = places[nth % places.length];
  if (place === undefined) throw new Error("Cannot open a pull request: there is no repository");
  const branch = `change-${nth}`;
  await github.pushCommit(place.full_name, branch, { [`${branch}.txt`]: "first\n" }, `Change ${nth}`);
  const { number } = await github.openPull(place.full_name, { head: branch });
  return { place, number, branch };
}

/** Pushes to it once more. */
export async function pushOn(github: GitHub, { place, branch }: Opened): Promise<void> {
  await github.pushCommit(place.full_name, branch, { [`${branch}.txt`]: "second\n" }, `Mend ${branch}`);
}

/** Opens so many and pushes to each; some are closed. */
export async function openAll(
  github: GitHub,
  places: readonly Place[],
  count: number,
  told: (opened: number) => void,
): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    const opened = await openNth(github, places, nth);
    await pushOn(github, opened);
    if (nth % CLOSED_EVERY === CLOSED_EVERY - 1)
      await github.closePull(opened.place.full_name, opened.number);
    told(nth + 1);
  }
}
