/**
 * Who waits until links have taken what they were given: a program that has sent a message wants to know when
 * it is on its way. Links tell when they have taken something; nobody looks in between.
 */
import { AsyncSubject, type Observable } from 'rxjs';

/** A link of which can be told whether it has taken what it was given until now. */
interface Marked {
  mark(): () => boolean;
}

/** See above. */
export class AwaitedLinks {
  readonly #waiting = new Set<() => boolean>();

  /**
   * Emits once, also to late subscribers, and completes when all of these links have taken what they were
   * given until now, or have ended; at once where nothing waits.
   */
  taken(links: readonly Marked[]): Observable<void> {
    const done = new AsyncSubject<void>();
    let left = links.map((link) => link.mark());
    const look = (): boolean => {
      left = left.filter((isTaken) => !isTaken());
      if (left.length > 0) return false;
      done.next();
      done.complete();
      return true;
    };
    if (!look()) this.#waiting.add(look);
    return done;
  }

  /** Something was taken, or a link has ended. */
  look(): void {
    for (const look of this.#waiting) if (look()) this.#waiting.delete(look);
  }
}
