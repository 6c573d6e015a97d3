package io.tokenledger.it.chaos;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.locks.LockSupport;

/**
 * A job that makes a call or two and ends: {@code return} from main, {@code exit}, or {@code stay}
 * until it is killed. Says of each call how it ended, as {@link SteadyMain} does. Arguments:
 * address, number of the first call, how many calls, how it ends.
 */
public final class ShortMain {
  private ShortMain() {}

  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    int first = Integer.parseInt(args[1]);
    for (int n = first; n < first + Integer.parseInt(args[2]); n++) {
      String json =
          "{\"model\":\"gpt-4o-mini\",\"user\":\"u" + n + "\",\"stream\":" + (n % 3 == 0) + "}";
      client.send(
          HttpRequest.newBuilder(URI.create(args[0]))
              .header("content-type", "application/json")
              .header("x-call", String.valueOf(n))
              .POST(HttpRequest.BodyPublishers.ofString(json))
              .build(),
          BodyHandlers.ofByteArray());
      System.out.println("ok " + n + " " + System.nanoTime() + ";");
    }
    if (args[3].equals("exit")) {
      System.exit(0);
    }
    while (args[3].equals("stay")) {
      LockSupport.park();
    }
  }
}
