let run = 0;

/** A map that forgets everything when the next mutant is tried. */
export class MapOfRun extends Map {
  #filledIn = run;

  static forget() {
    run++;
  }

  get(key) {
    if (this.#filledIn !== run) this.clear();
    this.#filledIn = run;
    return super.get(key);
  }
}
