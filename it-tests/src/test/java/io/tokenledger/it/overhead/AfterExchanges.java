package io.tokenledger.it.overhead;

import java.net.http.HttpClient;
import java.util.concurrent.TimeUnit;

/**
 * An application that made a call and lives on: what a second later, with the record written, is
 * left in memory. Argument: the metered address.
 */
public final class AfterExchanges {
  private AfterExchanges() {}

  public static void main(String[] args) throws Exception {
    FirstExchange.call(HttpClient.newHttpClient(), args[0]);
    TimeUnit.SECONDS.sleep(1);
    Self.sayMemoryAndThreads("after a call");
    Self.sayEnd();
    System.exit(0);
  }
}
