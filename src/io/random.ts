/** Randomness, injected: a simulation draws it from its seed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
}
