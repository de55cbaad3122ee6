/**
 * Imported before everything else: zod probes for `new Function` as soon as the first schema is made, which the
 * Content-Security-Policy forbids and the browser then reports.
 */
import { z } from "zod";

z.config({ jitless: true });
