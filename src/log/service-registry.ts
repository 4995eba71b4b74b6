/**
 * The light end of XState's inspection: what `globalThis.__xstate__` has to be, so that interpreters with
 * `devTools: true` and all that they spawn register here. It only remembers them; whoever watches attaches to
 * them (inspector.ts), so that machines cost nothing more while nobody does.
 *
 * Invariants: a service is announced after its parent (an entry action spawns its child before the parent has
 * registered); a service that has stopped is forgotten at once.
 */
import { Subject } from 'rxjs';
import type { AnyInterpreter, XStateDevInterface } from 'xstate';

type Scope = typeof globalThis & { __xstate__?: XStateDevInterface };

/** Every interpreter of this process that lets itself be inspected. */
export class ServiceRegistry {
  readonly #services = new Map<string, AnyInterpreter>();
  /** Children that wait for their parent. */
  readonly #early = new Set<AnyInterpreter>();
  readonly #registered = new Subject<AnyInterpreter>();
  readonly #stopped = new Subject<AnyInterpreter>();
  readonly registered = this.#registered.asObservable();
  readonly stopped = this.#stopped.asObservable();

  /** Those that run, parents before their children. */
  get services(): readonly AnyInterpreter[] {
    return [...this.#services.values()];
  }

  /** The service of this session id, while it runs. */
  get(sessionId: string): AnyInterpreter | undefined {
    return this.#services.get(sessionId);
  }

  /**
   * Makes this registry the process's inspector: services that start from now on register here.
   * @returns takes it off again; may be called twice.
   * @throws TypeError where there is one already: a process has one console at most.
   */
  install(): () => void {
    const scope: Scope = globalThis;
    if (scope.__xstate__) throw new TypeError('this process has an inspector already');
    const inspector: XStateDevInterface = {
      services: new Set(),
      register: (service) => this.#register(service),
      unregister: (service) => this.#forget(service),
      onRegister: (listener) => {
        for (const service of this.#services.values()) listener(service);
        return this.#registered.subscribe(listener);
      },
    };
    scope.__xstate__ = inspector;
    return () => {
      if (scope.__xstate__ === inspector) delete scope.__xstate__;
    };
  }

  /** Their process is gone: these machines, by the session of their root, do nothing any more. */
  forgetBelow(rootSession: string): void {
    for (const service of [...this.#services.values()].reverse()) {
      let root = service;
      while (root.parent) root = root.parent;
      if (root.sessionId === rootSession) this.#forget(service);
    }
  }

  #register(service: AnyInterpreter): void {
    service.onStop(() => this.#forget(service));
    const { parent } = service;
    if (parent && !this.#services.has(parent.sessionId)) this.#early.add(service);
    else this.#announce(service);
  }

  #announce(service: AnyInterpreter): void {
    this.#services.set(service.sessionId, service);
    this.#registered.next(service);
    for (const child of this.#early) {
      if (child.parent !== service) continue;
      this.#early.delete(child);
      this.#announce(child);
    }
  }

  #forget(service: AnyInterpreter): void {
    this.#early.delete(service);
    if (this.#services.delete(service.sessionId)) this.#stopped.next(service);
  }
}
