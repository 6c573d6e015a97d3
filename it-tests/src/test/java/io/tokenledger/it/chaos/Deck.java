package io.tokenledger.it.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Hands out each disturbance once, in random order, before any of them a second time. */
final class Deck {
  private final List<Disturbance> all;
  private final Random random;
  private final List<Disturbance> left = new ArrayList<>();

  Deck(List<Disturbance> all, Random random) {
    this.all = List.copyOf(all);
    this.random = random;
  }

  Disturbance next() {
    if (left.isEmpty()) {
      left.addAll(all);
      Collections.shuffle(left, random);
    }
    return left.remove(left.size() - 1);
  }
}
