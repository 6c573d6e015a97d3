package io.tokenledger.it.privacy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Scanner;

/**
 * Makes one call, and another for each line {@code call} of its input; ends at any other. Argument:
 * the address.
 */
public final class OneCallMain {
  private OneCallMain() {}

  public static void main(String[] args) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(args[0]))
            .header("content-type", "application/json")
            .header("authorization", "Bearer sk-secret-of-the-application")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"prompt-of-the-application\"}]}"))
            .build();
    HttpClient client = HttpClient.newHttpClient();
    try (Scanner lines = new Scanner(System.in)) {
      do {
        client.send(request, BodyHandlers.ofString());
        System.out.println("called");
      } while (lines.nextLine().equals("call"));
    }
  }
}
