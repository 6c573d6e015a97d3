package io.tokenledger.forwarder.store;

import java.util.Objects;

/**
 * Where the ledger is and who asks.
 *
 * @param url JDBC URL, {@code jdbc:postgresql://host:port/database}
 * @param user role to connect as; null leaves it to the URL
 * @param password its password; null leaves it to the URL or to {@code .pgpass}
 */
public record PostgresSettings(String url, String user, String password) {
  public PostgresSettings {
    Objects.requireNonNull(url, "url");
  }

  /** The URL for messages: without its options, which may hold passwords of key stores. */
  public String place() {
    int options = url.indexOf('?');
    return options < 0 ? url : url.substring(0, options);
  }

  /** Keeps passwords out of logs. */
  @Override
  public String toString() {
    return "PostgresSettings[url=" + place() + ", user=" + user + "]";
  }
}
