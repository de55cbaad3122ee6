/** Images for a goal: chosen, dropped or pasted, shown small, and taken away again. */
import { useRef, useState } from "preact/hooks";
import { Icon } from "./parts/icon.tsx";
import { ACCEPTED, MOST_PICTURES, type Picture, readPicture, sorted } from "./pictures.ts";
import { problemText } from "./server.ts";

export type Pictures = {
  all: readonly Picture[];
  refused: readonly string[];
  take(files: FileList | null | undefined): void;
  remove(index: number): void;
};

/** The images of a form. */
export function usePictures(): Pictures {
  const [all, set] = useState<readonly Picture[]>([]);
  const [refused, refuse] = useState<readonly string[]>([]);
  const take = (files: FileList | null | undefined): void => {
    const { taken, refused: now } = sorted([...(files ?? [])], all.length);
    refuse(now);
    Promise.all(taken.map(readPicture)).then(
      (read) => set((before) => [...before, ...read].slice(0, MOST_PICTURES)),
      (error: unknown) => refuse([...now, problemText(error)]),
    );
  };
  const remove = (index: number): void => {
    refuse([]);
    set((before) => before.filter((_, place) => place !== index));
  };
  return { all, refused, take, remove };
}

export function PicturesField({ pictures, error }: { pictures: Pictures; error: string | undefined }) {
  const chooser = useRef<HTMLInputElement>(null);
  const { all, refused, take, remove } = pictures;
  const wrong = error === undefined ? refused : [...refused, error];
  return (
    <div class="field">
      <div class="pictures">
        <input
          ref={chooser}
          class="unseen"
          type="file"
          tabIndex={-1}
          aria-label="Choose images"
          accept={ACCEPTED}
          multiple
          onChange={(event) => {
            take(event.currentTarget.files);
            // The same file chosen again after it was taken away would otherwise be no change.
            event.currentTarget.value = "";
          }}
        />
        <ul class="thumbs">
          {all.map(({ name, uri }, index) => (
            <li key={`${index} ${name}`}>
              <img src={uri} alt={name} />
              <button
                type="button"
                class="square small"
                aria-label={`Remove ${name}`}
                onClick={() => remove(index)}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
        <button type="button" disabled={all.length >= MOST_PICTURES} onClick={() => chooser.current?.click()}>
          <Icon name="plus" />
          Add images
        </button>
        <span class="help">or drop or paste them here: at most five, 5 MB each</span>
      </div>
      {wrong.length > 0 && (
        <ul class="help tone-bad" role="alert">
          {wrong.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
