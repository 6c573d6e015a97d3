package io.tokenledger.agent.client;

import io.tokenledger.agent.client.apache5.ApacheTap;
import io.tokenledger.agent.client.apache5async.ApacheAsyncTap;
import io.tokenledger.agent.client.jdk.JdkTap;
import io.tokenledger.agent.client.okhttp.OkHttpTap;
import java.util.ArrayList;
import java.util.List;

/**
 * Every client that the agent knows. Adding one is one package, one line in the table and one in
 * {@link #tap}.
 *
 * <p>The table is what the agent looks at for each class that the application loads; a tap and all
 * that it needs are loaded when the first of its classes turns up, so the table repeats the names
 * that the tap's rewriters carry (a test compares them).
 */
public final class Clients {
  /** Of each client: its name, then the internal names of the classes that are rewritten. */
  private static final String[][] TABLE = {
    {
      "jdk",
      "jdk/internal/net/http/HttpClientImpl",
      "jdk/internal/net/http/MultiExchange",
      "jdk/internal/net/http/Http1Request",
      "jdk/internal/net/http/Stream",
      "jdk/internal/net/http/ResponseSubscribers$TrustedSubscriber",
    },
    {
      "okhttp",
      "okhttp3/internal/http/RetryAndFollowUpInterceptor",
      "okhttp3/RealCall$1",
      "okhttp3/internal/connection/Transmitter$1",
      "okhttp3/internal/connection/RealCall$timeout$1",
    },
    {
      "apache5",
      "org/apache/hc/client5/http/impl/classic/InternalHttpClient",
      "org/apache/hc/client5/http/impl/classic/MinimalHttpClient",
    },
    {
      "apache5-async",
      "org/apache/hc/client5/http/impl/async/InternalAbstractHttpAsyncClient",
      "org/apache/hc/client5/http/impl/async/AbstractMinimalHttpAsyncClientBase",
    },
  };

  private Clients() {}

  /** The names of all clients. */
  public static String[] names() {
    String[] names = new String[TABLE.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = TABLE[i][0];
    }
    return names;
  }

  /** The internal names of a client's classes that are rewritten. */
  public static String[] classNames(String client) {
    for (String[] row : TABLE) {
      if (row[0].equals(client)) {
        String[] classNames = new String[row.length - 1];
        System.arraycopy(row, 1, classNames, 0, classNames.length);
        return classNames;
      }
    }
    throw new IllegalArgumentException(client);
  }

  /** A client's tap: loads its classes. */
  public static ClientTap tap(String client) {
    switch (client) {
      case "jdk":
        return new JdkTap();
      case "okhttp":
        return new OkHttpTap();
      case "apache5":
        return new ApacheTap();
      case "apache5-async":
        return new ApacheAsyncTap();
      default:
        throw new IllegalArgumentException(client);
    }
  }

  /** All taps. */
  public static List<ClientTap> all() {
    List<ClientTap> taps = new ArrayList<>();
    for (String name : names()) {
      taps.add(tap(name));
    }
    return taps;
  }
}
