package io.tokenledger.it.path;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** Makes one chat completion after the other. Arguments: the addresses. */
public final class CallsMain {
  private CallsMain() {}

  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (String address : args) {
      client.send(
          HttpRequest.newBuilder(URI.create(address))
              .header("content-type", "application/json")
              .POST(BodyPublishers.ofString("{\"model\":\"gpt-4o-mini\",\"messages\":[]}"))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
