package io.tokenledger.forwarder.store;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the ledger is and who asks.
 *
 * @param url JDBC URL, {@code jdbc:postgresql://host:port/database}; it may lead through PgBouncer
 * @param user role to connect as; null leaves it to the URL
 * @param password its password; null leaves it to the URL or to {@code .pgpass}
 * @param migrateUrl JDBC URL of Postgres itself for changes of the schema; null: {@code url}
 */
public record PostgresSettings(String url, String user, String password, String migrateUrl) {
  private static final Pattern URL_USER = Pattern.compile("[?&]user=([^&]*)");

  public PostgresSettings {
    Objects.requireNonNull(url, "url");
  }

  /** Settings of a Postgres that is reached directly. */
  public PostgresSettings(String url, String user, String password) {
    this(url, user, password, null);
  }

  /** The URL for messages: without its options, which may hold passwords of key stores. */
  public String place() {
    int options = url.indexOf('?');
    return options < 0 ? url : url.substring(0, options);
  }

  /** The role that is to connect, for messages; null where neither user nor URL names one. */
  String role() {
    Matcher inUrl = URL_USER.matcher(url);
    return user != null || !inUrl.find()
        ? user
        : URLDecoder.decode(inUrl.group(1), StandardCharsets.UTF_8);
  }

  /** These settings, for changes of the schema. */
  PostgresSettings direct() {
    return migrateUrl == null ? this : new PostgresSettings(migrateUrl, user, password);
  }

  /** Keeps passwords out of logs. */
  @Override
  public String toString() {
    return "PostgresSettings[url=" + place() + ", user=" + user + "]";
  }
}
