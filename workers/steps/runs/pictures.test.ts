import { expect, test } from "vitest";
import { keepImages } from "./pictures.ts";

const env = { ARTIFACTS: { put: async () => null } } as unknown as Env;
const keep = (type: string, bytes: string) =>
  keepImages(env, "run_1", [`data:image/${type};base64,${Buffer.from(bytes, "latin1").toString("base64")}`]);

test.each([
  ["png", "\x89PNG\r\n\x1a\n..."],
  ["jpeg", "\xff\xd8\xff\xe0"],
  ["gif", "GIF89a..."],
  ["webp", "RIFF\n\n\n\nWEBPVP8 "],
])("a picture that is a %s is kept", async (type, bytes) => {
  expect(await keep(type, bytes)).toEqual([`image-1.${type}`]);
  await expect(keep(type, "<svg onload=x>")).rejects.toMatchObject({
    status: 422,
    message: `Cannot take picture 1: what it holds is no image/${type}`,
  });
});

test("what is no base64 is refused as well", async () => {
  await expect(keepImages(env, "run_1", ["data:image/png;base64,iVBOR"])).rejects.toMatchObject({
    status: 422,
  });
});
