package io.tokenledger.it.overhead;

import java.io.IOException;

/** The smallest application. */
public final class Trivial {
  private Trivial() {}

  public static void main(String[] args) throws IOException {
    Self.say("trivial main, CPU ms", Self.cpuMillis());
    Self.sayMemoryAndThreads("idle");
    Self.sayEnd();
  }
}
