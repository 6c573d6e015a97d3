package io.tokenledger.it.overhead;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * An application that makes one call, and another one to an address that nobody meters before it,
 * so that only what the agent does is cold. Prints the microseconds of the metered call on its
 * thread, then the anonymous resident KiB. Arguments: the metered address and the other one.
 */
public final class FirstExchange {
  private FirstExchange() {}

  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    call(client, args[1]);
    long start = System.nanoTime();
    call(client, args[0]);
    System.out.println((System.nanoTime() - start) / 1_000);
    System.out.println(Trivial.anonymousKibibytes());
    System.exit(0);
  }

  private static void call(HttpClient client, String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-4o-mini\"}"))
            .build();
    client.send(request, BodyHandlers.ofString());
  }
}
