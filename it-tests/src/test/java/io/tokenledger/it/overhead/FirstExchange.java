package io.tokenledger.it.overhead;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * An application that makes one call, and another one to an address that nobody meters before it:
 * that one pays for the client's classes and their rewriting, the first metered one for all that is
 * left to load. Ends at once. Arguments: the metered address and the other one.
 */
public final class FirstExchange {
  private FirstExchange() {}

  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    HttpClient client = HttpClient.newHttpClient();
    call(client, args[1]);
    long unmetered = System.nanoTime();
    call(client, args[0]);
    long metered = System.nanoTime();
    Self.say("client and a call not metered, ms", (unmetered - start) / 1e6);
    Self.say("first metered call, ms", (metered - unmetered) / 1e6);
    Self.sayEnd();
    System.exit(0);
  }

  static void call(HttpClient client, String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-4o-mini\"}"))
            .build();
    client.send(request, BodyHandlers.ofString());
  }
}
