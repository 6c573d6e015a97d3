package io.tokenledger.it.chaos;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Scanner;

/**
 * The application that gets killed: makes a call for each line of standard input, says when the
 * answer is there, and never exits by itself. Argument: the address of the chat endpoint.
 */
public final class KillMain {
  private KillMain() {}

  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(args[0]))
            .header("content-type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt-4o-mini\",\"messages\":[]}"))
            .build();
    System.out.println("ready");
    try (Scanner lines = new Scanner(System.in)) {
      while (lines.hasNextLine()) {
        String line = lines.nextLine();
        client.send(request, BodyHandlers.ofString());
        System.out.println("answered " + line);
      }
    }
  }
}
