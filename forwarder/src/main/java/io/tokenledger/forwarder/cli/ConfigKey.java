package io.tokenledger.forwarder.cli;

import java.util.Arrays;
import java.util.List;

/** Every key of {@code forwarder.yml}. */
enum ConfigKey {
  QUEUE_DIRECTORY("queue.directory"),
  QUEUE_KEEP("queue.keep"),
  QUEUE_MAX_BYTES("queue.max_bytes"),
  QUEUE_DIRECTORY_MAX_BYTES("queue.directory_max_bytes"),
  POSTGRES_URL("postgres.url"),
  POSTGRES_USER("postgres.user"),
  POSTGRES_PASSWORD("postgres.password"),
  POSTGRES_MIGRATE_URL("postgres.migrate_url"),
  MIGRATE("migrate"),
  EMBEDDED_DIRECTORY("embedded.directory"),
  HTTP_ADDRESS("http.address"),
  HTTP_PORT("http.port"),
  HTTP_TOKEN("http.token"),
  DEAD_LETTERS_KEEP("dead_letters.keep"),
  RETENTION_EVENTS("retention.events"),
  RETENTION_HOURLY("retention.hourly"),
  RETENTION_COVERAGE("retention.coverage"),
  RETENTION_EXPORT_DIRECTORY("retention.export_directory"),
  RETENTION_EXPORT_FORMAT("retention.export_format"),
  SHUTDOWN_DRAIN("shutdown_drain");

  private final String path;

  ConfigKey(String path) {
    this.path = path;
  }

  String path() {
    return path;
  }

  static ConfigKey of(String path) {
    return Arrays.stream(values()).filter(key -> key.path.equals(path)).findFirst().orElse(null);
  }

  static boolean isSection(String path) {
    return Arrays.stream(values()).anyMatch(key -> key.path.startsWith(path + "."));
  }

  static List<String> paths() {
    return Arrays.stream(values()).map(ConfigKey::path).toList();
  }
}
