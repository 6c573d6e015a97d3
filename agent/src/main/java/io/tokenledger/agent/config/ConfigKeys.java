package io.tokenledger.agent.config;

/** Every key there is; {@code docs/configuration.md} explains them. */
final class ConfigKeys {
  /** The keys with one value, which a system property or the environment may set too. */
  static final String[] SCALARS = {
    "enabled",
    "service",
    "environment",
    "queue.directory",
    "queue.max_bytes",
    "queue.directory_max_bytes",
    "queue.min_free_disk",
    "queue.file_mode",
    "discover",
    "fingerprint.salt",
    "preview.enabled",
    "preview.max_chars",
    "stream_usage",
    "log.level",
    "log.file",
  };

  /** What may follow {@code clients.}. */
  static final String[] CLIENTS = {"okhttp", "jdk", "apache5"};

  /** What may follow {@code attribution.}. */
  static final String[] ATTRIBUTION = {
    "team",
    "project",
    "feature",
    "component",
    "page",
    "cost_center",
    "user_id",
    "session_id",
    "organization_id",
  };

  static final String ENDPOINTS = "endpoints";

  /** What an item of {@code endpoints} may hold. */
  static final String[] ENDPOINT = {"url", "provider", "dialect", "billed"};

  private ConfigKeys() {}

  static boolean isScalar(String key) {
    return contains(SCALARS, key)
        || (key.startsWith("clients.") && contains(CLIENTS, key.substring("clients.".length())))
        || (key.startsWith("attribution.")
            && contains(ATTRIBUTION, key.substring("attribution.".length())));
  }

  static boolean contains(String[] names, String name) {
    for (String candidate : names) {
      if (candidate.equals(name)) {
        return true;
      }
    }
    return false;
  }
}
