/** The project's Durable Object. It stores, sends and speaks; it never decides (decide.ts does). */
import { DurableObject } from "cloudflare:workers";
import type { LogPiece } from "../../models/api.ts";
import type { AuditHead } from "../../models/audit.ts";
import type { EventBody } from "../../models/event.ts";
import type { Fact } from "../../models/fact.ts";
import { messageOf, log as say } from "../log.ts";
import { PIECE_BYTES } from "../store/logs.ts";
import { auditOf } from "./audit.ts";
import type { Cause, Note } from "./audit-cause.ts";
import { decide } from "./decide.ts";
import type { Reply } from "./decision.ts";
import { endedBy } from "./logs.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { pay } from "./pay.ts";
import { Sockets } from "./sockets.ts";
import { nextDue, subjectOf } from "./state.ts";
import { UNHEARD_MS, unheard } from "./unheard.ts";

/** How long an effect that could not be sent waits for the next try, in ms. */
const RESEND_AFTER_MS = 3_000;

export class ProjectObject extends DurableObject<Env> {
  readonly #memory: Memory;
  readonly #sockets: Sockets;
  #sending: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#memory = memoryOf(ctx.storage);
    this.#sockets = new Sockets(ctx, env, this.#memory);
  }

  /** The one way to change a project. Fact, state and every effect owed are written in one transaction. */
  async tell(projectId: string, fact: Fact, cause: Cause = {}): Promise<Reply> {
    const now = Date.now();
    const memory = this.#memory;
    const { reply, events, ended } = this.ctx.storage.transactionSync(() => {
      const before = memory.state(memory.pullOf(fact));
      if (memory.heard(fact.id)) {
        const validation_id = subjectOf(before, fact);
        return {
          reply: { heard: false, changed: false, refused: null, validation_id },
          events: [],
          ended: null,
        };
      }
      const { state, steps, events, refused } = decide(projectId, before, fact, now);
      if (refused !== undefined)
        return {
          reply: { heard: true, changed: false, refused, validation_id: null },
          events: [],
          ended: null,
        };
      memory.hear(fact.id, now);
      memory.save(before, state, now);
      const said = auditOf(projectId, fact, before, state, refused, cause);
      if (said !== null) memory.audit(projectId, said, now);
      const ended = endedBy(fact);
      if (ended !== null) memory.logs.drop(ended);
      for (const step of steps) memory.owe({ kind: "step", step });
      const spoken = memory.speak(projectId, events, now);
      const validation_id = subjectOf(state, fact);
      // That a pull request was read again is written down, and changes nothing: what does is spoken of or ordered.
      const changed = steps.length > 0 || events.length > 0;
      return { reply: { heard: true, changed, refused: null, validation_id }, events: spoken, ended };
    });
    this.#sockets.speak(events);
    if (ended !== null) this.#sockets.ended(ended);
    await this.#send(projectId);
    return reply;
  }

  /**
   * Alarms and messages were lost before: whoever watches the clock wakes the project, which pays what it owes, sets its
   * alarm anew, and sends again what it has not heard of for long.
   *
   * @param unheard_ms how long that is
   */
  async wake(projectId: string, unheard_ms = UNHEARD_MS): Promise<void> {
    await this.#send(projectId);
    const orders = unheard(projectId, this.#memory.state(null), Date.now() - unheard_ms);
    for (const step of orders) await pay(this.env, projectId, { kind: "step", step });
    if (orders.length > 0) say("orders.sent_again", { project_id: projectId, orders: orders.length });
  }

  /** Writes into the audit what is no fact of the project's. The same noted again is noted once. */
  async note(projectId: string, note: Note): Promise<void> {
    const now = Date.now();
    this.ctx.storage.transactionSync(() => this.#memory.note(projectId, note, now));
    await this.#send(projectId);
  }

  /** Where the audit ends, once its rows have left for D1. */
  async auditHead(projectId: string): Promise<AuditHead> {
    await this.#send(projectId);
    return this.#memory.auditHead(projectId);
  }

  /** Says what is no decision of the project's. */
  say(projectId: string, body: EventBody): void {
    const spoken = this.ctx.storage.transactionSync(() => this.#memory.speak(projectId, [body], Date.now()));
    this.#sockets.speak(spoken);
  }

  /** Pays what is owed, one caller after the other: effects leave in the order in which they were decided. */
  #send(projectId: string): Promise<void> {
    const next = () => this.#sendAll(projectId);
    // One that failed must not fail every one behind it.
    this.#sending = this.#sending.then(next, next);
    return this.#sending;
  }

  async #sendAll(projectId: string): Promise<void> {
    // The alarm is set before the first send: a crash in between must not strand what is owed.
    await this.ctx.storage.setAlarm(Date.now() + RESEND_AFTER_MS);
    await this.ctx.storage.put("project_id", projectId);
    try {
      for (let owed = this.#memory.owed(); owed.length > 0; owed = this.#memory.owed()) {
        for (const { id, owed: effect } of owed) {
          await pay(this.env, projectId, effect);
          this.#memory.settle(id);
        }
      }
    } catch (error) {
      say("outbox.failed", { project_id: projectId, error: messageOf(error) });
      return;
    }
    await this.#arm();
  }

  /** Sets the one alarm to the earliest thing that is due. */
  async #arm(): Promise<void> {
    const due = nextDue(this.#memory.state(null));
    if (due === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(Math.max(due, Date.now() + 100));
  }

  override async alarm(): Promise<void> {
    const projectId = await this.ctx.storage.get<string>("project_id");
    if (projectId === undefined) return;
    this.#memory.prune(Date.now());
    this.#sockets.check();
    const due = nextDue(this.#memory.state(null));
    if (due === null || due > Date.now()) return this.#send(projectId);
    await this.tell(projectId, { type: "time.passed", id: `time.${Date.now()}` });
  }

  /** The number of the newest event: whoever reads the state now has seen up to here. */
  seq(): number {
    return this.#memory.lastSeq();
  }

  /** A piece of a running step's log, from byte `from` on. */
  log(stepId: string, from: number, text: string): void {
    this.#memory.logs.add(stepId, from, text);
    this.#sockets.grew(stepId);
  }

  /** What is shown of a running step's log from byte `asked` on; below 0: from its end. */
  readLog(stepId: string, asked: number, most = PIECE_BYTES): LogPiece {
    return this.#memory.logs.read(stepId, asked, most);
  }

  /** What is shown of it only when it ends. */
  tailOfLog(stepId: string, asked: number): { from: number; text: string } {
    return this.#memory.logs.tail(stepId, asked);
  }

  endOfLog(stepId: string): number {
    return this.#memory.logs.end(stepId);
  }

  /** The log stands in storage now, and who wrote it has ended. */
  dropLog(stepId: string): void {
    this.#memory.logs.drop(stepId);
    this.#sockets.ended(stepId);
  }

  /** Only the API calls this, after it knew who asks. */
  override fetch(request: Request): Response {
    return this.#sockets.open(request);
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    return this.#sockets.heard(socket, message);
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    // 1005 and 1006 mean that no code was given, and may not be sent.
    socket.close(code === 1005 || code === 1006 ? 1000 : code);
  }
}
