package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.store.PostgresSettings;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of the configuration nobody else may read, and what of it they may. */
final class Secrets {
  private static final Pattern SECRET_NAME =
      Pattern.compile("(?i).*(PASSWORD|PASSWD|TOKEN|KEY|SECRET|SALT|CREDENTIAL|AUTH).*");
  private static final Pattern URL_SECRET =
      Pattern.compile("(?i)[?&][^=&]*(?:password|token|key|secret)[^=&]*=([^&]*)");

  private Secrets() {}

  /** Values that must not leave: of the configuration, and of variables whose name says so. */
  static List<String> of(ForwarderConfig config, Map<String, String> environment) {
    List<String> secrets = new ArrayList<>();
    environment.forEach(
        (name, value) -> {
          if (SECRET_NAME.matcher(name).matches()) {
            secrets.add(value);
          }
        });
    secrets.add(config.http().token());
    PostgresSettings postgres = config.postgres();
    if (postgres != null) {
      secrets.add(postgres.password());
      for (String url : List.of(postgres.url(), String.valueOf(postgres.migrateUrl()))) {
        Matcher inUrl = URL_SECRET.matcher(url);
        while (inUrl.find()) {
          secrets.add(inUrl.group(1));
        }
      }
    }
    return secrets;
  }

  /** The configuration as it is in effect; of secrets only whether they are set. */
  static String describe(ForwarderConfig config) {
    PostgresSettings postgres = config.postgres();
    return String.join(
        "\n",
        "In effect, durations as ISO 8601:",
        ConfigKey.QUEUE_DIRECTORY.path() + " " + config.queueDirectory(),
        ConfigKey.QUEUE_KEEP.path() + " " + config.keep(),
        ConfigKey.QUEUE_MAX_BYTES.path() + " " + config.maxBytes(),
        ConfigKey.QUEUE_DIRECTORY_MAX_BYTES.path() + " " + config.directoryMaxBytes(),
        ConfigKey.DEAD_LETTERS_KEEP.path() + " " + config.deadLettersKeep(),
        ConfigKey.RETENTION_EVENTS.path() + " " + orForEver(config.retention().events()),
        ConfigKey.RETENTION_HOURLY.path() + " " + config.retention().hourly(),
        ConfigKey.RETENTION_COVERAGE.path()
            + " "
            + (config.retention().coverage() == null
                ? "as " + ConfigKey.RETENTION_EVENTS.path()
                : config.retention().coverage()),
        ConfigKey.RETENTION_EXPORT_DIRECTORY.path()
            + " "
            + (config.retention().exportDirectory() == null
                ? "none"
                : config.retention().exportDirectory()),
        ConfigKey.RETENTION_EXPORT_FORMAT.path()
            + " "
            + config.retention().exportFormat().name().toLowerCase(Locale.ROOT),
        ConfigKey.SHUTDOWN_DRAIN.path() + " " + config.shutdownDrain(),
        ConfigKey.POSTGRES_URL.path()
            + " "
            + (postgres == null ? "none: embedded" : withoutOptions(postgres.url())),
        ConfigKey.POSTGRES_USER.path()
            + " "
            + (postgres == null || postgres.user() == null ? "none" : postgres.user()),
        ConfigKey.POSTGRES_PASSWORD.path()
            + " "
            + (postgres == null || postgres.password() == null ? "is not set" : "is set"),
        ConfigKey.POSTGRES_MIGRATE_URL.path()
            + " "
            + (postgres == null || postgres.migrateUrl() == null
                ? "none"
                : withoutOptions(postgres.migrateUrl())),
        ConfigKey.MIGRATE.path() + " " + config.migrate().name().toLowerCase(Locale.ROOT),
        ConfigKey.EMBEDDED_DIRECTORY.path() + " " + config.embeddedDirectory(),
        ConfigKey.HTTP_ADDRESS.path() + " " + config.http().address(),
        ConfigKey.HTTP_PORT.path() + " " + config.http().port(),
        ConfigKey.HTTP_TOKEN.path() + (config.http().token() == null ? " is not set" : " is set"),
        "");
  }

  private static String orForEver(Period kept) {
    return kept == null ? "none: for ever" : kept.toString();
  }

  /** Options may hold passwords of key stores; their names are worth something. */
  private static String withoutOptions(String url) {
    int options = url.indexOf('?');
    return options < 0
        ? url
        : url.substring(0, options)
            + " with "
            + url.substring(options + 1).replaceAll("=[^&]*", "");
  }
}
