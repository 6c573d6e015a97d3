package io.tokenledger.agent.config;

import io.tokenledger.agent.config.AgentConfig.Endpoint;
import io.tokenledger.agent.config.AgentConfig.Log;
import io.tokenledger.agent.config.AgentConfig.Preview;
import io.tokenledger.agent.config.AgentConfig.Queue;
import io.tokenledger.agent.config.YamlNode.Mapping;
import io.tokenledger.agent.config.YamlNode.Scalar;
import io.tokenledger.agent.config.YamlNode.Sequence;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes an {@link AgentConfig} of the file, the environment and the system properties. */
public final class ConfigReader {
  private static final long MAX_FILE_BYTES = 1 << 20;

  private final Settings.Environment environment;
  private final List<String> warnings = new ArrayList<>();

  /** Reads the environment of this JVM. */
  public ConfigReader() {
    this(Settings.Environment.OF_THIS_JVM);
  }

  ConfigReader(Settings.Environment environment) {
    this.environment = environment;
  }

  /**
   * @param path the file, or null or empty for none
   * @throws ConfigException when the file cannot be read, or a value is not what its key takes
   */
  public AgentConfig read(String path) throws ConfigException {
    if (path == null || path.isEmpty()) {
      return config(new Settings("", new Mapping(1, Map.of()), environment, warnings));
    }
    File file = new File(path);
    Mapping top;
    try {
      top = YamlReader.read(text(file));
    } catch (IOException unreadable) {
      throw new ConfigException(path + ": cannot be read (" + unreadable.getMessage() + ")");
    } catch (ConfigException broken) {
      throw new ConfigException(file.getName() + " " + broken.getMessage());
    }
    return config(new Settings(file.getName(), top, environment, warnings));
  }

  /** A sentence for each thing that was ignored, once {@link #read} returned. */
  public List<String> warnings() {
    return warnings;
  }

  private static String text(File file) throws IOException {
    try (FileInputStream in = new FileInputStream(file)) {
      if (file.length() > MAX_FILE_BYTES) {
        throw new IOException("larger than 1 MiB");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private AgentConfig config(Settings settings) throws ConfigException {
    boolean enabled = bool(settings, "enabled", true);
    String service = text(settings, "service", null);
    Queue queue = queue(settings);
    Map<String, Boolean> clients = new HashMap<>();
    for (String client : ConfigKeys.CLIENTS) {
      Value value = settings.value("clients." + client);
      if (value != null) {
        clients.put(client, value.bool());
      }
    }
    Map<String, String> attribution = new HashMap<>();
    for (String column : ConfigKeys.ATTRIBUTION) {
      Value value = settings.value("attribution." + column);
      if (value != null) {
        attribution.put(column, value.text());
      }
    }
    AgentConfig config =
        new AgentConfig(
            enabled,
            service == null ? Defaults.service(environment) : service,
            text(settings, "environment", null),
            queue,
            endpoints(settings),
            bool(settings, "discover", true),
            clients,
            attribution,
            text(settings, "fingerprint.salt", null),
            preview(settings),
            oneOf(settings, "stream_usage", "observe", "request").equals("request"),
            new Log(
                oneOf(settings, "log.level", "warn", "off", "error", "info", "debug"),
                text(settings, "log.file", "-")),
            "");
    warnOfWhatIsNotThereYet(config);
    return Digest.of(config);
  }

  /** Keys of the contract that later versions act on: to say nothing would promise it. */
  private void warnOfWhatIsNotThereYet(AgentConfig config) {
    if (config.preview().enabled()) {
      warnings.add("preview.enabled: this version stores no text, ignored");
    }
  }

  private Queue queue(Settings settings) throws ConfigException {
    String directory = text(settings, "queue.directory", null);
    Value minFree = settings.value("queue.min_free_disk");
    return new Queue(
        directory == null ? Defaults.queueDirectory(environment) : directory,
        size(settings, "queue.max_bytes", 1L << 30),
        size(settings, "queue.directory_max_bytes", 4L << 30),
        minFree == null ? Queue.DEFAULT_MIN_FREE_DISK : minFree.size(),
        oneOf(settings, "queue.file_mode", "0600", "0660").equals("0660") ? 0660 : 0600);
  }

  private static Preview preview(Settings settings) throws ConfigException {
    Value chars = settings.value("preview.max_chars");
    return new Preview(
        bool(settings, "preview.enabled", false), chars == null ? 500 : chars.number(100_000));
  }

  private List<Endpoint> endpoints(Settings settings) throws ConfigException {
    YamlNode node = settings.endpoints();
    if (node == null || (node instanceof Scalar empty && empty.isNothing())) {
      return List.of();
    }
    if (!(node instanceof Sequence sequence)) {
      throw new ConfigException(settings.where(node, "endpoints") + ": a list expected");
    }
    List<Endpoint> endpoints = new ArrayList<>();
    for (YamlNode item : sequence.items()) {
      if (!(item instanceof Mapping mapping)) {
        throw new ConfigException(
            settings.where(item, "endpoints") + ": { url, provider } expected");
      }
      endpoints.add(endpoint(settings, mapping));
    }
    return endpoints;
  }

  private Endpoint endpoint(Settings settings, Mapping item) throws ConfigException {
    Map<String, Value> values = new HashMap<>();
    for (Map.Entry<String, YamlNode> entry : item.entries().entrySet()) {
      String where = settings.where(entry.getValue(), "endpoints[]." + entry.getKey());
      if (!ConfigKeys.contains(ConfigKeys.ENDPOINT, entry.getKey())) {
        warnings.add(where + ": unknown key, ignored");
      } else if (!(entry.getValue() instanceof Scalar scalar)) {
        throw new ConfigException(where + ": one value expected");
      } else if (!scalar.isNothing()) {
        values.put(entry.getKey(), new Value(where, scalar.text()));
      }
    }
    for (String needed : new String[] {"url", "provider"}) {
      if (!values.containsKey(needed)) {
        throw new ConfigException(
            settings.where(item, "endpoints[]") + ": " + needed + " is missing");
      }
    }
    Value dialect = values.get("dialect");
    Value billed = values.get("billed");
    return new Endpoint(
        url(values.get("url")),
        values.get("provider").text(),
        dialect == null ? null : dialect.text(),
        billed == null || billed.bool());
  }

  private static String url(Value value) throws ConfigException {
    String url = value.text();
    if (!hasHost(url)) {
      throw value.wrong("is not a prefix of a URL (http://host/path)");
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  private static boolean hasHost(String url) {
    try {
      return (url.startsWith("http://") || url.startsWith("https://"))
          && new URI(url).getHost() != null;
    } catch (URISyntaxException notAUrl) {
      return false;
    }
  }

  private static String text(Settings settings, String key, String otherwise) {
    Value value = settings.value(key);
    return value == null || value.text().isEmpty() ? otherwise : value.text();
  }

  private static boolean bool(Settings settings, String key, boolean otherwise)
      throws ConfigException {
    Value value = settings.value(key);
    return value == null ? otherwise : value.bool();
  }

  private static long size(Settings settings, String key, long otherwise) throws ConfigException {
    Value value = settings.value(key);
    return value == null ? otherwise : value.size();
  }

  /** The first choice is the default. */
  private static String oneOf(Settings settings, String key, String... choices)
      throws ConfigException {
    Value value = settings.value(key);
    return value == null ? choices[0] : value.oneOf(choices);
  }
}
