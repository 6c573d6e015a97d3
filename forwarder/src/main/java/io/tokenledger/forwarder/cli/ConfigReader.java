package io.tokenledger.forwarder.cli;

import io.tokenledger.forwarder.drain.DrainSettings;
import io.tokenledger.forwarder.store.MigrateMode;
import io.tokenledger.forwarder.store.PostgresSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns a file into a {@link ForwarderConfig}: types, defaults, and what excludes what. */
final class ConfigReader {
  private static final Path SYSTEM_QUEUE = Path.of("/var/lib/tokenledger/queue");
  private static final String HOME_QUEUE = ".local/state/tokenledger/queue";
  private static final Duration KEEP = Duration.ofHours(24);
  private static final Duration SHUTDOWN_DRAIN = Duration.ofSeconds(20);
  private static final String ADDRESS = "127.0.0.1";
  private static final int PORT = 8765;
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(B|KiB|MiB|GiB)");
  private static final Pattern URL_PASSWORD = Pattern.compile("([?&])password=([^&]*)&?");

  private static final Pattern URL_USER_INFO = Pattern.compile("^jdbc:postgresql:(//)?[^?]*@");

  private final ConfigFile file;

  private ConfigReader(ConfigFile file) {
    this.file = file;
  }

  /**
   * Reads the configuration.
   *
   * @param path null: defaults only
   * @throws ConfigException when it cannot be used
   */
  static ForwarderConfig read(Path path, Map<String, String> environment) {
    return new ConfigReader(ConfigFile.read(path, environment)).config();
  }

  private ForwarderConfig config() {
    Path queue = path(ConfigKey.QUEUE_DIRECTORY, defaultQueue());
    return new ForwarderConfig(
        queue,
        duration(ConfigKey.QUEUE_KEEP, KEEP),
        size(ConfigKey.QUEUE_MAX_BYTES, DrainSettings.MAX_BYTES),
        size(ConfigKey.QUEUE_DIRECTORY_MAX_BYTES, DrainSettings.DIRECTORY_MAX_BYTES),
        duration(ConfigKey.DEAD_LETTERS_KEEP, DrainSettings.DEAD_LETTERS_KEEP),
        duration(ConfigKey.SHUTDOWN_DRAIN, SHUTDOWN_DRAIN),
        postgres(),
        migrate(),
        path(ConfigKey.EMBEDDED_DIRECTORY, queue.toAbsolutePath().resolveSibling("postgres")),
        http(),
        RetentionKeys.read(file));
  }

  private PostgresSettings postgres() {
    String url = file.get(ConfigKey.POSTGRES_URL);
    String user = file.get(ConfigKey.POSTGRES_USER);
    String password = file.get(ConfigKey.POSTGRES_PASSWORD);
    String migrateUrl = file.get(ConfigKey.POSTGRES_MIGRATE_URL);
    if (url == null) {
      if (user != null) {
        throw file.wrong(ConfigKey.POSTGRES_USER, "is set, but postgres.url is not");
      }
      if (password != null) {
        throw file.wrong(ConfigKey.POSTGRES_PASSWORD, "is set, but postgres.url is not");
      }
      if (migrateUrl != null) {
        throw file.wrong(ConfigKey.POSTGRES_MIGRATE_URL, "is set, but postgres.url is not");
      }
      return null;
    }
    requireUrl(ConfigKey.POSTGRES_URL, url);
    if (migrateUrl != null) {
      requireUrl(ConfigKey.POSTGRES_MIGRATE_URL, migrateUrl);
    }
    // Messages name the URL, so a password must not stay in it.
    Matcher inUrl = URL_PASSWORD.matcher(url);
    if (inUrl.find()) {
      if (password != null) {
        throw file.wrong(ConfigKey.POSTGRES_PASSWORD, "is set, and postgres.url has one too");
      }
      password =
          java.net.URLDecoder.decode(inUrl.group(2), java.nio.charset.StandardCharsets.UTF_8);
      url = inUrl.replaceFirst("$1").replaceFirst("[?&]$", "");
    }
    return new PostgresSettings(url, user, password, migrateUrl);
  }

  private void requireUrl(ConfigKey key, String url) {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw file.wrong(key, "must look like jdbc:postgresql://host:port/database");
    }
    // The driver takes it for the name of a host, which messages repeat.
    if (URL_USER_INFO.matcher(url).find()) {
      throw file.wrong(
          key,
          "has a user before the host, which a JDBC URL cannot: write postgres.user and"
              + " postgres.password, or the options user and password");
    }
  }

  private MigrateMode migrate() {
    String text = file.get(ConfigKey.MIGRATE);
    if (text == null) {
      return MigrateMode.AUTO;
    }
    for (MigrateMode mode : MigrateMode.values()) {
      if (mode.name().equalsIgnoreCase(text)) {
        return mode;
      }
    }
    throw file.wrong(ConfigKey.MIGRATE, "is '" + text + "', not auto or check");
  }

  private ForwarderConfig.Http http() {
    String address = orElse(file.get(ConfigKey.HTTP_ADDRESS), ADDRESS);
    String token = file.get(ConfigKey.HTTP_TOKEN);
    try {
      if (!InetAddress.getByName(address).isLoopbackAddress() && token == null) {
        throw file.wrong(
            ConfigKey.HTTP_ADDRESS,
            "is " + address + ", which others can reach: set http.token as well");
      }
    } catch (UnknownHostException unknown) {
      throw file.wrong(ConfigKey.HTTP_ADDRESS, "is " + address + ", which is no address");
    }
    return new ForwarderConfig.Http(address, port(), token);
  }

  private int port() {
    String text = file.get(ConfigKey.HTTP_PORT);
    if (text == null) {
      return PORT;
    }
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException notNumber) {
      // falls through to the sentence
    }
    throw file.wrong(ConfigKey.HTTP_PORT, "is '" + text + "', not a port from 0 to 65535");
  }

  private Duration duration(ConfigKey key, Duration otherwise) {
    String text = file.get(key);
    if (text == null) {
      return otherwise;
    }
    Matcher duration = DURATION.matcher(text.strip());
    if (!duration.matches()) {
      throw file.wrong(key, "is '" + text + "', not a duration such as 20s, 15m or 24h");
    }
    long amount = Long.parseLong(duration.group(1));
    return switch (duration.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  private long size(ConfigKey key, long otherwise) {
    String text = file.get(key);
    if (text == null) {
      return otherwise;
    }
    Matcher size = SIZE.matcher(text.strip());
    if (!size.matches()) {
      throw file.wrong(key, "is '" + text + "', not a size such as 512MiB or 4GiB");
    }
    long amount = Long.parseLong(size.group(1));
    return switch (size.group(2)) {
      case "B" -> amount;
      case "KiB" -> amount << 10;
      case "MiB" -> amount << 20;
      default -> amount << 30;
    };
  }

  private Path path(ConfigKey key, Path otherwise) {
    String text = file.get(key);
    try {
      return text == null ? otherwise : Path.of(text);
    } catch (InvalidPathException invalid) {
      throw file.wrong(key, "is no path");
    }
  }

  /** As the agent does, so that both halves meet without configuration. */
  private static Path defaultQueue() {
    Path existing = SYSTEM_QUEUE;
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    return Files.isDirectory(existing) && Files.isWritable(existing)
        ? SYSTEM_QUEUE
        : Path.of(System.getProperty("user.home"), HOME_QUEUE);
  }

  private static String orElse(String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
