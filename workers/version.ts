/** Version of this Tidegate, as its package.json says. */
import { version } from "../package.json";

export const VERSION: string = version;
