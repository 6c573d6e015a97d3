package io.tokenledger.forwarder.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of a YAML file by key, each with the line it stands on. Unknown keys, lists and values
 * in the place of sections are fatal.
 */
final class ConfigFile {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  /** A value and where it stands. */
  record Value(String text, int line) {}

  private final Path file;
  private final Map<String, String> environment;
  private final Map<ConfigKey, Value> values = new EnumMap<>(ConfigKey.class);

  private ConfigFile(Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  /**
   * Reads a file.
   *
   * @param file null: no file, everything is left to the defaults
   * @throws ConfigException when it cannot be read or says what this version does not understand
   */
  static ConfigFile read(Path file, Map<String, String> environment) {
    ConfigFile config = new ConfigFile(file, environment);
    if (file != null) {
      config.parse();
    }
    return config;
  }

  /** The value of a key with its variables replaced, or null when the file does not name it. */
  String get(ConfigKey key) {
    Value value = values.get(key);
    return value == null ? null : substitute(key, value);
  }

  /** A complaint about a key, with file and line. */
  ConfigException wrong(ConfigKey key, String what) {
    return at(values.get(key).line(), key.path() + " " + what);
  }

  private void parse() {
    YAMLFactory yaml =
        YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    try (JsonParser parser = yaml.createParser(Files.readString(file))) {
      read(parser);
    } catch (NoSuchFileException missing) {
      throw new ConfigException("There is no configuration file " + file + ".");
    } catch (JsonProcessingException malformed) {
      throw at(line(malformed.getLocation()), firstLine(malformed.getOriginalMessage()));
    } catch (IOException unreadable) {
      throw new ConfigException(
          "The configuration file "
              + file
              + " cannot be read ("
              + FileTrouble.reason(unreadable)
              + ").");
    }
  }

  private void read(JsonParser parser) throws IOException {
    Deque<String> path = new ArrayDeque<>();
    int keyLine = 1;
    JsonToken token = parser.nextToken();
    if (token == null || (token == JsonToken.VALUE_NULL && path.isEmpty())) {
      return;
    }
    if (token != JsonToken.START_OBJECT) {
      throw at(line(parser.currentTokenLocation()), "the file must consist of keys and values");
    }
    while ((token = parser.nextToken()) != null) {
      switch (token) {
        case FIELD_NAME -> {
          keyLine = line(parser.currentTokenLocation());
          path.addLast(parser.currentName());
          String name = String.join(".", path);
          if (ConfigKey.of(name) == null && !ConfigKey.isSection(name)) {
            throw at(
                keyLine, "unknown key '" + name + "'" + Suggestion.of(name, ConfigKey.paths()));
          }
        }
        case START_OBJECT -> {
          String name = String.join(".", path);
          if (!ConfigKey.isSection(name)) {
            throw at(keyLine, name + " must be a single value");
          }
        }
        case END_OBJECT -> path.pollLast();
        case START_ARRAY -> throw at(keyLine, String.join(".", path) + " must not be a list");
        default -> {
          take(String.join(".", path), parser, token, keyLine);
          path.removeLast();
        }
      }
    }
  }

  private void take(String name, JsonParser parser, JsonToken token, int line) throws IOException {
    ConfigKey key = ConfigKey.of(name);
    if (key == null) {
      throw at(line, name + " must hold keys of its own, not a value");
    }
    if (token == JsonToken.VALUE_NULL || parser.getText().isEmpty()) {
      throw at(line, name + " has no value");
    }
    values.put(key, new Value(parser.getText(), line));
  }

  private String substitute(ConfigKey key, Value value) {
    Matcher variable = VARIABLE.matcher(value.text());
    StringBuilder text = new StringBuilder();
    while (variable.find()) {
      String replacement = environment.get(variable.group(1));
      if (replacement == null) {
        throw at(
            value.line(),
            key.path()
                + " needs the environment variable "
                + variable.group(1)
                + ", which is not set");
      }
      variable.appendReplacement(text, Matcher.quoteReplacement(replacement));
    }
    return variable.appendTail(text).toString();
  }

  private ConfigException at(int line, String what) {
    return new ConfigException(
        file + " line " + line + ": " + what + (what.endsWith("?") ? "" : "."));
  }

  private static int line(JsonLocation location) {
    return location == null ? 1 : location.getLineNr();
  }

  private static String firstLine(String message) {
    return message == null ? "no valid YAML" : message.strip().lines().findFirst().orElse("");
  }
}
