package io.tokenledger.it.overhead;

import java.net.http.HttpClient;
import java.util.concurrent.TimeUnit;

/**
 * An application that made calls and lives on: what a second later, with the queue open, is left in
 * memory. Argument: the metered address.
 */
public final class AfterExchanges {
  /** More than go to a segment file before the queue is opened. */
  private static final int CALLS = 20;

  private AfterExchanges() {}

  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (int i = 0; i < CALLS; i++) {
      FirstExchange.call(client, args[0]);
    }
    TimeUnit.SECONDS.sleep(1);
    FirstExchange.call(client, args[0]);
    Self.sayMemoryAndThreads("after " + (CALLS + 1) + " calls");
    Self.sayEnd();
    System.exit(0);
  }
}
